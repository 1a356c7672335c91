using System.Globalization;

namespace RateSync.Fast.Testing;

/// <summary>
/// A clock that stands still until it is told to move. Timestamp and UTC time move together, in steps of 100 ns, and timers fire while the
/// clock moves:
/// each when the clock shows its due time, earliest first and in order of creation where they are due at the same time, on the thread that
/// moves the clock.
/// </summary>
/// <remarks>
/// May be read, and timers may be made and changed, from any thread; it is moved by one thread at a time. A callback may move it further.
/// What waits
/// for a limiter goes on elsewhere once the clock has made the permit available: await it, do not look at it once. What waits several times
/// in a row is driven by <see cref="AdvanceUntilAsync(Task, TimeSpan?)"/>.
/// </remarks>
public sealed partial class ManualTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly DateTimeOffset _start;
    private TimeSpan _autoAdvance;
    private long _now;
    private long _made;

    // How often the clock was read, and timers were made, changed or disposed of.
    private long _uses;

    /// <summary>A clock that shows midnight of 1 January 2030, UTC.</summary>
    public ManualTimeProvider()
        : this(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>A clock that shows a time.</summary>
    /// <param name="start">What it shows at first.</param>
    public ManualTimeProvider(DateTimeOffset start)
    {
        _start = start.ToUniversalTime();
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How far the clock has moved since it was made.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            lock (_gate)
            {
                return TimeSpan.FromTicks(_now);
            }
        }
    }

    /// <summary>Timers that are set and have yet to fire.</summary>
    public int PendingTimers
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count(static timer => timer.DueAt is not null);
            }
        }
    }

    /// <summary>
    /// How far the clock moves by itself after each time it is read. Timers do not fire by that: they are late until the clock is moved
    /// for the next time.
    /// </summary>
    /// <value>By default not at all.</value>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan AutoAdvance
    {
        get
        {
            lock (_gate)
            {
                return _autoAdvance;
            }
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            lock (_gate)
            {
                _autoAdvance = value;
            }
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_gate)
        {
            long now = _now;
            _now += _autoAdvance.Ticks;
            _uses++;
            return now;
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + TimeSpan.FromTicks(GetTimestamp());

    /// <summary>Makes a timer that fires while the clock moves. One that is due at once fires when the clock is moved next, be it by
    /// nothing.</summary>
    /// <param name="callback">Called on the thread that moves the clock.</param>
    /// <param name="state">For the callback.</param>
    /// <param name="dueTime">Until the first call; infinite for none.</param>
    /// <param name="period">Between calls; zero or infinite for a single one.</param>
    /// <returns>The timer.</returns>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ManualTimer timer = new(this, callback, state);
        lock (_gate)
        {
            timer.Number = _made++;
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock on, and fires what comes due on the way.</summary>
    /// <param name="time">How far; zero fires what is due already.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative: time does not run backwards.</exception>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        long until;
        lock (_gate)
        {
            until = checked(_now + time.Ticks);
        }

        while (TakeDue(until) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>Moves the clock on to a time, and fires what comes due on the way.</summary>
    /// <param name="time">What it shows then.</param>
    /// <exception cref="ArgumentOutOfRangeException">The clock shows a later time already.</exception>
    public void AdvanceTo(DateTimeOffset time)
    {
        TimeSpan step = time - (_start + Elapsed);
        if (step < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(time), time, "The clock shows a later time already.");
        }

        Advance(step);
    }

    /// <summary>What the clock shows.</summary>
    public override string ToString() => (_start + Elapsed).ToString("O", CultureInfo.InvariantCulture);

    private ManualTimer? TakeDue(long until)
    {
        lock (_gate)
        {
            ManualTimer? first = null;
            foreach (ManualTimer timer in _timers)
            {
                if (timer.DueAt is { } due && due <= until
                    && (first is null || due < first.DueAt || (due == first.DueAt && timer.Number < first.Number)))
                {
                    first = timer;
                }
            }

            _now = Math.Max(_now, first?.DueAt ?? until);
            first?.TakeOnce();
            return first;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private bool _isDisposed;

        public long Number { get; set; }

        public long? DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            CheckSpan(dueTime, nameof(dueTime));
            CheckSpan(period, nameof(period));
            lock (clock._gate)
            {
                if (_isDisposed)
                {
                    return false;
                }

                clock._uses++;
                _period = period;
                DueAt = dueTime == Timeout.InfiniteTimeSpan ? null : checked(clock._now + dueTime.Ticks);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _isDisposed = true;
                clock._uses++;
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
        public void TakeOnce() => DueAt = _period <= TimeSpan.Zero ? null : DueAt + _period.Ticks;

        private static void CheckSpan(TimeSpan span, string name)
        {
            if (span < TimeSpan.Zero && span != Timeout.InfiniteTimeSpan)
            {
                throw new ArgumentOutOfRangeException(name, span, "It must be zero or more, or Timeout.InfiniteTimeSpan.");
            }
        }
    }
}
