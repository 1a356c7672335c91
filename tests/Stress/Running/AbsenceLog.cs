namespace RateSync.Fast.Tests.Stress.Running;

/// <summary>
/// When a thread was not asking: longer gaps between two of its calls. Where all threads were away together nobody could take
/// what became available, and the limiter cannot be blamed for it.
/// </summary>
internal sealed class AbsenceLog(long shortest)
{
    private long _last;

    public List<(long From, long To)> Gaps { get; } = [];

    public long First { get; private set; }

    public long Last => _last;

    public void Calls(long now)
    {
        if (_last == 0)
        {
            First = now;
        }
        else if (now - _last >= shortest)
        {
            Gaps.Add((_last, now));
        }

        _last = now;
    }

    /// <summary>Ticks from <paramref name="start"/> to <paramref name="end"/> in which every one of the threads was away.</summary>
    public static long Joint(IReadOnlyList<AbsenceLog> logs, long start, long end)
    {
        List<(long Tick, int Step)> steps = [];
        foreach (AbsenceLog log in logs)
        {
            steps.AddRange(log.Gaps.SelectMany(static gap => new[] { (gap.From, 1), (gap.To, -1) }));
            steps.Add((start, 1));
            steps.Add((log.First, -1));
            steps.Add((log.Last, 1));
            steps.Add((end, -1));
        }

        steps.Sort();
        long away = 0;
        long since = 0;
        int count = 0;
        foreach ((long tick, int step) in steps)
        {
            away += count == logs.Count ? tick - since : 0;
            count += step;
            since = tick;
        }

        return away;
    }
}
