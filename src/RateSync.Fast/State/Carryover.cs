using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <summary>
/// What counts against a limit at some moment, for another limiter to begin with. Nobody may be inside either of them meanwhile.
/// </summary>
/// <remarks>
/// Told in two ways: as permits with their times, which any limit understands, and in the terms of the old limit, by which one of the same
/// kind goes on as if nothing had happened.
/// </remarks>
internal readonly record struct Carryover
{
    private readonly SpentPermits[]? _spent;

    /// <summary>The clock tick of the moment.</summary>
    public long At { get; init; }

    /// <summary>Clock tick of the last grant, about; null when there was none.</summary>
    public long? LastGrant { get; init; }

    /// <summary>What counts, in the order in which it ceases to.</summary>
    public ReadOnlySpan<SpentPermits> Spent
    {
        get => _spent;
        init => _spent = value.ToArray();
    }

    /// <summary>The moment, or the time of the newest grant where the clock has been set back since.</summary>
    public long Latest => Spent.Length == 0 ? At : Math.Max(At, Spent[^1].To);

    /// <summary>The units that a bucket counted in; null for a window.</summary>
    public RateScale? Scale { get; init; }

    /// <summary>How cold a bucket with a warm-up was.</summary>
    public WarmUp? WarmUp { get; init; }

    /// <summary>The sub-windows that a window was counted in; null where it was not.</summary>
    public WindowTerms? Window { get; init; }

    /// <summary>Where those sub-windows begin; null if there was none yet.</summary>
    public long? Start { get; init; }

    /// <summary>Whether they begin where the calendar says.</summary>
    public bool IsAligned { get; init; }

    /// <summary>The index behind the newest entry of a log, all of whose entries are told; null where there was none.</summary>
    public long? LogIndex { get; init; }
}
