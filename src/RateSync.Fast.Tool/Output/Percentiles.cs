namespace RateSync.Fast.Tool.Output;

/// <summary>How times are spread, to two digits, in little memory however many there are; the longest is kept as it was.</summary>
internal sealed class Percentiles
{
    private readonly SortedDictionary<long, long> _counts = [];

    public long Count { get; private set; }

    public TimeSpan Longest { get; private set; }

    public void Add(TimeSpan time)
    {
        long rounded = Round(time.Ticks);
        _counts[rounded] = _counts.GetValueOrDefault(rounded) + 1;
        Count++;
        Longest = time > Longest ? time : Longest;
    }

    /// <summary>The time that this share of all do not exceed; zero if there are none.</summary>
    public TimeSpan At(double share)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(Count * share));
        foreach ((long ticks, long count) in _counts)
        {
            rank -= count;
            if (rank <= 0)
            {
                return TimeSpan.FromTicks(Math.Min(ticks, Longest.Ticks));
            }
        }

        return TimeSpan.Zero;
    }

    /// <summary>In words.</summary>
    public override string ToString() => $"p50 {Words.Time(At(0.5))}, p99 {Words.Time(At(0.99))}, longest {Words.Time(Longest)}";

    /// <summary>For JSON.</summary>
    public object ToJson() => new
    {
        count = Count,
        p50 = At(0.5).TotalMilliseconds,
        p99 = At(0.99).TotalMilliseconds,
        max = Longest.TotalMilliseconds,
    };

    /// <summary>Up, so that none is made less than it is.</summary>
    private static long Round(long ticks)
    {
        long unit = 1;
        while (ticks / unit >= 100)
        {
            unit *= 10;
        }

        return (ticks + unit - 1) / unit * unit;
    }
}
