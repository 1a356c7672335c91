using System.Diagnostics.CodeAnalysis;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Time;

namespace RateSync.Fast.State;

/// <summary>
/// The one place where a limit is decided: everything that counts against it is in its word, tokens held by cells included.
/// A struct strategy, so that the layers above cost nothing.
/// </summary>
internal interface IReservoir
{
    /// <summary>The most permits that can ever be granted at once.</summary>
    long Limit { get; }

    /// <summary>Permits beyond the bound that can be granted in the worst case.</summary>
    double DeclaredExcess { get; }

    /// <summary>What cells may hold.</summary>
    ChunkPlan Chunks { get; }

    /// <summary>Clock tick of the reservoir's last grant, about; kept beside the word. Orders nothing.</summary>
    [UnscopedRef]
    ref long LastGrant { get; }

    /// <summary>One atomic step at clock tick <paramref name="now"/>.</summary>
    Outcome Transact(long now, in Transfer transfer);

    /// <summary>Whether it matters where a grant was booked, which only its stamp says.</summary>
    bool HasBookings { get; }

    /// <summary>
    /// The stamp of a permit that came from a cell just now: the present booking, in which its chunk's tokens will be at the earliest. 0
    /// where it does not matter.
    /// </summary>
    long StampOfCells(in Clock clock);

    /// <summary>One attempt to take permits in the plain case.</summary>
    QuickAnswer TryTakeAlone(long now, long permits, out long stamp);

    /// <summary>Whether there is enough left for a chunk to be worth asking for; a guess.</summary>
    bool MaySpareChunk(long now);

    /// <summary>What <see cref="Transact"/> would decide on, without changing anything.</summary>
    Outcome Look(long now);

    /// <summary>The state of <paramref name="outcome"/> in a user's terms.</summary>
    /// <param name="now">The tick of the outcome.</param>
    /// <param name="outcome">A step or a look.</param>
    /// <param name="permits">Permits asked for; may be more than the limit, for a whole line of callers.</param>
    /// <param name="below">Tokens in cells, which the answer is to count as if they had come home.</param>
    Description Describe(long now, in Outcome outcome, long permits, long below);

    /// <summary>Gives permits back that were granted and not used. Never more than what still counts against the limit.</summary>
    /// <param name="now">The clock tick.</param>
    /// <param name="permits">Permits to give back.</param>
    /// <param name="stamp">Where the grant was booked; 0 when not known.</param>
    /// <param name="line">Whether somebody waits in line, who may now be due.</param>
    /// <returns>
    /// Permits that are not booked yet, as cells took them from chunks that are still out: to be given back once those are home.
    /// </returns>
    long Refund(long now, long permits, long stamp, out bool line);

    /// <summary>Marks that somebody waits: from now on only the head of the line is granted permits.</summary>
    void RaiseLine();

    void LowerLine();

    /// <summary>What counts against the limit, once nothing is out in cells. Nobody else is at work.</summary>
    Carryover Export(long now);

    /// <summary>Stands from now on as if it had granted that. Before the first use.</summary>
    /// <returns>Whether a stamp of the other limiter says here as well where a permit was booked.</returns>
    bool Inherit(in Carryover spent);
}
