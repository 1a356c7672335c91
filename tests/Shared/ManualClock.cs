namespace RateSync.Fast.Tests.Shared;

/// <summary>
/// A clock that stands still until it is moved, with timers that fire while it moves: each at its own due time, earliest first, on the
/// thread that moves it. May be read by many threads; moved by one at a time.
/// </summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly long _frequency;
    private readonly DateTimeOffset _origin = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _now;

    /// <param name="ticksPerSecond">The clock's resolution; 1,000,000,000 makes a tick a nanosecond.</param>
    /// <param name="start">The first timestamp.</param>
    public ManualClock(long ticksPerSecond = 1_000_000_000, long start = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ticksPerSecond);
        _frequency = ticksPerSecond;
        _now = start;
    }

    public override long TimestampFrequency => _frequency;

    /// <summary>The current timestamp, in ticks.</summary>
    public long Ticks => Volatile.Read(ref _now);

    /// <summary>Timers that are set.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count(static timer => timer.DueAt is not null);
            }
        }
    }

    /// <summary>Timers that were made and not disposed.</summary>
    public int LiveTimers
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count;
            }
        }
    }

    public override long GetTimestamp() => Volatile.Read(ref _now);

    /// <summary>Stands still at the end of the calendar.</summary>
    public override DateTimeOffset GetUtcNow()
    {
        Int128 since = (Int128)Ticks * TimeSpan.TicksPerSecond / _frequency;
        return _origin + TimeSpan.FromTicks((long)Int128.Min(since, (DateTimeOffset.MaxValue - _origin).Ticks));
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, callback, state);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock on, firing what comes due on the way.</summary>
    public void Advance(TimeSpan time) => Advance((long)((Int128)time.Ticks * _frequency / TimeSpan.TicksPerSecond));

    /// <summary>Moves the clock on by ticks, firing what comes due on the way.</summary>
    public void Advance(long ticks)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ticks);
        long until = Ticks + ticks;
        while (TakeDue(until) is { } timer)
        {
            timer.Fire();
        }

        Volatile.Write(ref _now, Math.Max(until, Ticks));
    }

    /// <summary>Sets the clock, backwards too, without firing anything.</summary>
    public void Jump(long timestamp) => Volatile.Write(ref _now, timestamp);

    private ManualTimer? TakeDue(long until)
    {
        lock (_gate)
        {
            ManualTimer? first = null;
            foreach (ManualTimer timer in _timers)
            {
                if (timer.DueAt is { } due && due <= until && (first is null || due < first.DueAt))
                {
                    first = timer;
                }
            }

            if (first is not null)
            {
                Volatile.Write(ref _now, Math.Max(_now, first.DueAt!.Value));
                first.TakeOnce();
            }

            return first;
        }
    }

    private long ToTicks(TimeSpan span)
    {
        // Rounded up: a timer is never early.
        Int128 scaled = (Int128)span.Ticks * _frequency;
        return (long)Int128.Min((scaled + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond, long.MaxValue / 4);
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public long? DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                if (!clock._timers.Contains(this))
                {
                    return false;
                }

                _period = period;
                DueAt = dueTime == Timeout.InfiniteTimeSpan ? null : clock._now + clock.ToTicks(dueTime);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                DueAt = null;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        public void Fire() => callback(state);

        /// <summary>Within the clock's lock.</summary>
        public void TakeOnce() =>
            DueAt = _period == Timeout.InfiniteTimeSpan || _period <= TimeSpan.Zero ? null : DueAt + clock.ToTicks(_period);
    }
}
