using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Async;

/// <summary>One of the task loops that are measured in turns.</summary>
internal sealed class TaskContender(string name, Func<TimeSpan, Slice> run)
{
    private readonly List<Slice> _slices = [];

    public string Name => name;

    public double MedianNs => Statistics.Median(_slices.Select(static s => s.Nanoseconds));

    /// <summary>The median of the rounds: the pool itself allocates now and then, whoever runs on it.</summary>
    public double MedianBytes => Statistics.Median(_slices.Select(static s => s.BytesPerOperation));

    public double Spread => Statistics.Spread(_slices.Select(static s => s.Nanoseconds));

    public void Run(TimeSpan duration, bool measured)
    {
        Slice slice = run(duration);
        if (measured)
        {
            _slices.Add(slice);
        }
    }

    public void Clear() => _slices.Clear();

    /// <summary>This one's time as a multiple of the other's, round by round; the median.</summary>
    public double MultipleOf(TaskContender other) =>
        Statistics.Median(_slices.Zip(other._slices, static (a, b) => a.Nanoseconds / b.Nanoseconds));
}
