using System.Diagnostics;
using RateSync.Fast.Tool.Output;

namespace RateSync.Fast.Tool.Trying;

/// <summary>What came of calls.</summary>
internal sealed class Volley
{
    private const int Stretches = 20;

    public Volley(LimiterOptions options, IEnumerable<Shot> shots, bool waits)
    {
        Shots = [.. shots.Where(static shot => shot.IsFired).OrderBy(static shot => shot.After)];
        Bounds = Bound.Check(options, Shots);
        foreach (Shot shot in Shots)
        {
            (shot.Granted ? Waits : Refusals).Add(shot.Took);
            Grants += shot.Granted ? 1 : 0;
        }

        Waited = waits;
        if (Shots.Count > 0)
        {
            Start = Shots.Min(static shot => shot.Before);
            Elapsed = Stopwatch.GetElapsedTime(Start, Shots[^1].After);
        }
    }

    public IReadOnlyList<Shot> Shots { get; }

    public IReadOnlyList<Bound> Bounds { get; }

    public bool IsWithinBounds => Bounds.All(static bound => bound.Broken is null);

    public long Grants { get; }

    public TimeSpan Elapsed { get; }

    /// <summary>How long calls took that were granted.</summary>
    public Percentiles Waits { get; } = new();

    /// <summary>How long calls took that were refused.</summary>
    public Percentiles Refusals { get; } = new();

    public bool Waited { get; }

    private long Start { get; }

    public IEnumerable<(RefusalReason Reason, int Count)> Reasons => Shots.Where(static shot => !shot.Granted)
        .GroupBy(static shot => shot.Reason)
        .Select(static group => (group.Key, group.Count()))
        .OrderByDescending(static reason => reason.Item2);

    /// <summary>Stretches of equal length, by the time of the answer.</summary>
    public IReadOnlyList<TimelineRow> Timeline()
    {
        if (Shots.Count == 0)
        {
            return [];
        }

        long length = Math.Max(1, (Shots[^1].After - Start + Stretches) / Stretches);
        (long Granted, long Waited, long Refused)[] counts = new (long, long, long)[Stretches];
        foreach (Shot shot in Shots)
        {
            ref (long Granted, long Waited, long Refused) count = ref counts[Math.Min(Stretches - 1, (shot.After - Start) / length)];
            _ = !shot.Granted ? count.Refused++ : shot.Waited ? count.Waited++ : count.Granted++;
        }

        return [.. counts.Select((count, i) => new TimelineRow(
            Words.Time(Stopwatch.GetElapsedTime(0, length * i)), count.Granted, count.Waited, count.Refused))];
    }
}
