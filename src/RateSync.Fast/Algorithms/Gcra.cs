using System.Runtime.CompilerServices;

namespace RateSync.Fast.Algorithms;

/// <summary>
/// The token bucket as the generic cell rate algorithm (ITU-T I.371): its whole state is the time at which it would be full
/// again. That time, the number of chunks charged to it and the line flag share one word, so that one compare-and-swap
/// decides everything.
/// </summary>
/// <remarks>
/// Word, from bit 63: full-at time in units, modulo 2^56 | chunks charged, 7 bits | somebody waits in line, 1 bit.
/// </remarks>
internal static class Gcra
{
    /// <summary>Most chunks that can be charged at once.</summary>
    public const int MaxArmed = 127;

    /// <summary>Debt may reach this many units beyond an empty bucket's full-at time.</summary>
    public const long MaxAhead = 1L << 54;

    public const long LineBit = 1;

    private const int ArmedShift = 1;
    private const int TimeShift = 8;

    public static long Pack(long fullAt, int armed, bool line) =>
        (fullAt << TimeShift) | ((long)armed << ArmedShift) | (line ? LineBit : 0);

    public static int Armed(long word) => (int)(word >> ArmedShift) & MaxArmed;

    public static bool HasLine(long word) => (word & LineBit) != 0;

    /// <summary>Units from <paramref name="now"/> to the full-at time; negative when it has passed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Ahead(long word, long now) => ((word >> TimeShift) - now) << TimeShift >> TimeShift;

    /// <summary>One step: takes home, grants, hands out. The next word is equal to the old one when nothing changes.</summary>
    /// <param name="terms">The limit.</param>
    /// <param name="word">The state.</param>
    /// <param name="now">Now, in whole units. A time read early only makes the answer stricter.</param>
    /// <param name="partial">1 if part of the next unit has passed as well, else 0; see <see cref="RateScale.Partial"/>.</param>
    /// <param name="transfer">What is asked.</param>
    /// <param name="outcome">What was done; <see cref="Outcome.Level"/> is the units from now to the full-at time.</param>
    /// <returns>The next state.</returns>
    public static long Step<TDefects>(in GcraTerms terms, long word, long now, long partial, in Transfer transfer, out Outcome outcome)
        where TDefects : struct, IDefects
    {
        outcome = default;
        int armed = Armed(word);
        bool line = HasLine(word);

        // The clamp is made with the reserve as it was, and the result is stored together with the reserve as it will be:
        // a chunk that is no longer charged frees room from now on, never for the time in which it was out.
        long clamp = armed * terms.ChunkUnits;
        if (TDefects.Has(Defect.ReserveLoweredBeforeClamp))
        {
            clamp = (armed - transfer.Disarmed) * terms.ChunkUnits;
        }

        // Where the clock decides how full the bucket is, the part of a unit that has passed counts as a whole one, or two
        // grants could be closer together than the rate allows by that much.
        long ahead = Ahead(word, now);
        long extra = ahead < clamp + partial ? partial : 0;
        ahead = Math.Max(ahead, clamp);
        bool rewound = TDefects.Has(Defect.StaleTimeRewinds) && ahead > terms.Capacity;
        if (rewound)
        {
            ahead = terms.Capacity;
        }

        ahead -= transfer.Returned * terms.Cost;
        armed -= transfer.Disarmed;

        if (line && !transfer.HeadOfLine && !transfer.IntoDebt)
        {
            outcome.HeldByLine = true;
        }
        else if (transfer.Take != 0)
        {
            // A debt may be of any size: it is divided, where a product could overflow.
            outcome.Granted = transfer.IntoDebt
                ? transfer.Take <= (MaxAhead - ahead) / terms.Cost
                : ahead + ((transfer.Take + transfer.Keep) * terms.Cost) <= terms.Capacity;
            if (outcome.Granted)
            {
                ahead += transfer.Take * terms.Cost;
                if (transfer.WantChunk && !line && armed < terms.MaxArmed && ahead + terms.ChunkUnits <= terms.ChunkCeiling)
                {
                    outcome.GotChunk = true;
                    ahead += terms.ChunkUnits;
                    armed++;
                }
            }
        }

        outcome.Armed = armed;
        outcome.Level = ahead;
        bool unchanged = !outcome.Granted && transfer.Disarmed == 0 && transfer.Returned == 0 && !rewound;
        return unchanged ? word : Pack(now + ahead + extra, armed, line);
    }

    /// <summary>The step of <see cref="Step"/> for a caller who only takes, where nothing is charged and nobody waits.</summary>
    /// <returns>Units that are missing; not positive when the permits are granted.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long TakeAlone(in GcraTerms terms, long word, long now, long partial, long permits, out long next)
    {
        long ahead = Ahead(word, now);
        long extra = ahead < partial ? partial : 0;
        ahead = Math.Max(ahead, 0) + (permits * terms.Cost);
        next = (now + ahead + extra) << TimeShift;
        return ahead - terms.Capacity;
    }

    /// <summary>
    /// Units that are missing until a word of that plain kind has <paramref name="permits"/>, which are no more than the burst: the same
    /// figure as <see cref="TakeAlone"/> has when it refuses, with all that does not depend on the time put together first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long MissingAlone(in GcraTerms terms, long word, long now, long permits) =>
        (((word >> TimeShift) + ((permits * terms.Cost) - terms.Capacity)) - now) << TimeShift >> TimeShift;

    /// <summary>Whether a word is of that plain kind.</summary>
    public static bool IsAlone(long word) => (word & ((1L << TimeShift) - 1)) == 0;

    /// <summary>Takes <paramref name="permits"/> back; a bucket never gets fuller than full.</summary>
    public static long Refund(in GcraTerms terms, long word, long now, long partial, long permits)
    {
        int armed = Armed(word);
        long clamp = (armed * terms.ChunkUnits) + partial;
        long ahead = Math.Max(Ahead(word, now), clamp);
        ahead = Math.Max(ahead - (permits * terms.Cost), clamp);
        return Pack(now + ahead, armed, HasLine(word));
    }
}
