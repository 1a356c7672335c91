using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <summary>
/// The identity of one granted concurrency permit, so that giving it back twice, or from two copies at once, gives it back
/// once. Used again for later permits; the generation tells them apart.
/// </summary>
internal class TicketRecord
{
    private const int GenerationShift = 32;
    private const long RemainingMask = uint.MaxValue;

    // Generation in the upper half, slots not yet given back in the lower.
    private long _state;

    /// <summary>Clock tick at which the permit was granted, where that is of interest.</summary>
    public long Since;

    /// <summary>Whose slots they are, where each key is limited by itself.</summary>
    public KeyHash Key;

    /// <summary>Where permits of a rate were booked that were granted along with the slots. Set and read by a named limiter.</summary>
    public long Booking;

    /// <summary>Makes the record stand for a new permit. Only by the one who has just taken it from the pool.</summary>
    /// <returns>The permit's generation.</returns>
    public long Open(int slots)
    {
        long generation = (long)((ulong)_state >> GenerationShift);
        Volatile.Write(ref _state, (generation << GenerationShift) | (uint)slots);
        return generation;
    }

    /// <summary>Slots of that permit that are not given back yet.</summary>
    public long Remaining(long generation)
    {
        long state = Volatile.Read(ref _state);
        return (long)((ulong)state >> GenerationShift) == generation ? state & RemainingMask : 0;
    }

    /// <summary>Takes up to so many slots out of the record. The caller who takes the last gives the record back to the pool.</summary>
    /// <returns>How many were still there to be given back.</returns>
    public long Close(long generation, long slots, out bool last)
    {
        long state = Volatile.Read(ref _state);
        while (true)
        {
            long remaining = state & RemainingMask;
            last = false;
            if ((long)((ulong)state >> GenerationShift) != generation || remaining == 0)
            {
                return 0;
            }

            long taken = Math.Min(slots, remaining);
            last = taken == remaining;
            long next = last ? ((generation + 1) << GenerationShift) : state - taken;

            // ORDER: full fence; decides which of several copies gives the slots back. PAIRS: the same exchange by the other copies.
            // ELSE: a permit disposed on two threads would free two slots.
            long seen = Interlocked.CompareExchange(ref _state, next, state);
            if (seen == state)
            {
                return taken;
            }

            state = seen;
        }
    }
}
