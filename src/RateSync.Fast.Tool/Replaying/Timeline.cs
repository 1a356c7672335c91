using System.Globalization;
using RateSync.Fast.Tool.Output;

namespace RateSync.Fast.Tool.Replaying;

/// <summary>
/// Counts over time whose length nobody knows beforehand: stretches begin at a second and grow, each length a multiple of the one before,
/// so that there are never too many to draw.
/// </summary>
internal sealed class Timeline
{
    private const int MaxStretches = 40;

    private static readonly TimeSpan[] s_lengths =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(3),
        TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromDays(1), TimeSpan.FromDays(7), TimeSpan.FromDays(28),
        TimeSpan.FromDays(364),
        TimeSpan.FromDays(3640), TimeSpan.FromDays(36400), TimeSpan.FromDays(364000),
    ];

    private SortedDictionary<long, (long Granted, long Waited, long Refused)> _counts = [];
    private int _length;

    public TimeSpan Length => s_lengths[_length];

    public void Grant(long ticks, bool waited) => Add(ticks, waited ? (0, 1, 0) : (1, 0, 0));

    public void Refuse(long ticks) => Add(ticks, (0, 0, 1));

    /// <summary>All stretches from the first to the last, empty ones included.</summary>
    public IEnumerable<(DateTime From, TimelineRow Row)> Rows()
    {
        if (_counts.Count == 0)
        {
            yield break;
        }

        string format = Length >= TimeSpan.FromDays(1) ? "yyyy-MM-dd" : Length >= TimeSpan.FromMinutes(1) ? "MM-dd HH:mm" : "HH:mm:ss";
        for (long at = _counts.Keys.First(); at <= _counts.Keys.Last(); at++)
        {
            (long granted, long waited, long refused) = _counts.GetValueOrDefault(at);
            DateTime from = new(at * Length.Ticks, DateTimeKind.Utc);
            yield return (from, new TimelineRow(from.ToString(format, CultureInfo.InvariantCulture), granted, waited, refused));
        }
    }

    private void Add(long ticks, (long Granted, long Waited, long Refused) count)
    {
        long at = ticks / Length.Ticks;
        _counts[at] = Sum(_counts.GetValueOrDefault(at), count);
        while (_counts.Keys.Last() - _counts.Keys.First() >= MaxStretches && _length < s_lengths.Length - 1)
        {
            Grow();
        }
    }

    private void Grow()
    {
        long times = s_lengths[_length + 1].Ticks / s_lengths[_length].Ticks;
        SortedDictionary<long, (long Granted, long Waited, long Refused)> counts = [];
        foreach ((long at, (long Granted, long Waited, long Refused) count) in _counts)
        {
            counts[at / times] = Sum(counts.GetValueOrDefault(at / times), count);
        }

        _counts = counts;
        _length++;
    }

    private static (long Granted, long Waited, long Refused) Sum(
        (long Granted, long Waited, long Refused) a, (long Granted, long Waited, long Refused) b) =>
        (a.Granted + b.Granted, a.Waited + b.Waited, a.Refused + b.Refused);
}
