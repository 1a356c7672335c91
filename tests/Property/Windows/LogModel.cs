using RateSync.Fast.Tests.Property.Checks;

namespace RateSync.Fast.Tests.Property.Windows;

/// <summary>An exact sliding window: the list of all grants, each of which counts for as long as the window is.</summary>
/// <param name="limit">Permits in any window.</param>
/// <param name="window">Its length in ticks.</param>
/// <param name="places">
/// Grants that the list has room for. When so many of them count, which can only be after refunds, a grant is booked together with the
/// newest, and all of that counts from then.
/// </param>
/// <param name="start">When it is made.</param>
internal sealed class LogModel(long limit, long window, int places, long start) : IRateModel
{
    private readonly List<Entry> _entries = [];

    // The latest time at which something was found too old. What is granted after that was not granted before it.
    private long _expired = start;
    private long _booked;

    public long Limit => limit;

    public long Remaining(long now)
    {
        Expire(now);
        return limit - _entries.Sum(static entry => entry.Permits);
    }

    public long Take(long now, long permits)
    {
        Expire(now);
        if (_entries.Count == places)
        {
            _entries[^1].Permits += permits;
            _entries[^1].Time = Math.Max(Math.Max(now, _expired), _entries[^1].Time);
            return _entries[^1].Number;
        }

        // When the clock is set back, a grant is booked no earlier than the one before.
        long time = Math.Max(now, Math.Max(_expired, _entries.Count == 0 ? now : _entries[^1].Time));
        _entries.Add(new Entry { Number = ++_booked, Time = time, Permits = permits });
        return _booked;
    }

    public void Refund(long now, long permits, long booking)
    {
        if (_entries.Find(entry => entry.Number == booking) is { } found)
        {
            found.Permits -= permits;
        }
    }

    public long TicksUntil(long now, long permits)
    {
        long left = Remaining(now);
        long ticks = 0;
        foreach (Entry entry in _entries.TakeWhile(_ => left < permits))
        {
            left += entry.Permits;
            ticks = entry.Time + window - now;
        }

        return ticks;
    }

    public long TicksUntilUnused(long now)
    {
        Expire(now);
        return _entries.FindLast(static entry => entry.Permits > 0) is { } last ? last.Time + window - now : 0;
    }

    /// <summary>
    /// What is too old leaves at the front, and so does what was given back entirely. It does not come back when the clock does.
    /// </summary>
    private void Expire(long now)
    {
        int old = _entries.TakeWhile(entry => entry.Permits == 0 || now - entry.Time >= window).Count();
        _expired = old > 0 ? Math.Max(_expired, now) : _expired;
        _entries.RemoveRange(0, old);
    }

    private sealed class Entry
    {
        public required long Number { get; init; }

        public required long Time { get; set; }

        public required long Permits { get; set; }
    }
}
