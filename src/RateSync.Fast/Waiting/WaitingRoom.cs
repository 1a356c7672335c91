using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Time;

namespace RateSync.Fast.Waiting;

/// <summary>
/// What a limiter needs once somebody waits: its one timer, which stands still while nobody does, the deadlines, and the
/// figures about waiting. Made at the first wait.
/// </summary>
internal sealed class WaitingRoom : IWakeUp, IDisposable
{
    private const long NotWanted = long.MaxValue;
    private const long NotKnown = long.MinValue;
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(10);

    private readonly Clock _clock;
    private readonly ILine _line;
    private readonly ITimer _timer;

    // A lock, not an atomic structure: it guards the timer and the deadlines, is held for a handful of instructions, and is
    // entered only by calls that already wait. Grants never take it; a waiter takes itself out of the heap when it fetches its result.
    private readonly Lock _gate;
    private readonly DeadlineHeap _deadlines = new();
    private readonly bool _disposesInLock;
    private long _serveAt = NotWanted;
    private long _timerAt = NotWanted;
    private bool _again;

    /// <param name="engine">The limiter.</param>
    /// <param name="line">Its line.</param>
    /// <param name="clock">Its clock.</param>
    /// <param name="disposesInLock">See <see cref="Algorithms.Defect.DisposesRegistrationInLock"/>.</param>
    /// <param name="gate">The lock that guards the line as well, where one does; null for a lock of its own.</param>
    public WaitingRoom(ILimiterEngine engine, ILine line, Clock clock, bool disposesInLock = false, Lock? gate = null)
    {
        _gate = gate ?? new Lock();
        _disposesInLock = disposesInLock;
        Engine = engine;
        _line = line;
        _clock = clock;

        // The timer must not keep the execution context of whoever happened to wait first.
        AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        _timer = clock.Provider.CreateTimer(
            static state => ((WaitingRoom)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        flow?.Undo();
    }

    public ILimiterEngine Engine { get; }

    public WaitFigures Figures { get; } = new();

    /// <summary>Takes a node from the pool for a wait of one of the limiter's callers.</summary>
    /// <param name="permits">Permits the caller asked for.</param>
    /// <param name="owed">How many of them the line must bring.</param>
    /// <param name="timeout">How long the caller waits.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public PermitWaiter Prepare(int permits, long owed, TimeSpan timeout, CancellationToken cancellationToken)
    {
        PermitWaiter waiter = WaiterPool.Rent();
        waiter.Prepare(this, permits, owed, timeout, _clock.Roughly(), cancellationToken);
        waiter.Deadline = timeout == Timeout.InfiniteTimeSpan ? NotWanted : _clock.Now() + _clock.ToTicks(timeout);
        return waiter;
    }

    /// <summary>Starts the clocks of a waiter that has joined the line: its deadline and its token.</summary>
    public void Watch(PermitWaiter waiter)
    {
        if (waiter.Deadline != NotWanted)
        {
            lock (_gate)
            {
                _deadlines.Add(waiter);
                SetTimer();
            }
        }

        waiter.WatchCancellation();
    }

    public void Leave(PermitWaiter waiter, LeaveReason reason) => _line.Leave(waiter, reason);

    /// <summary>The caller's clock or timer has thrown after the waiter has joined: its caller will not come for the result.</summary>
    public void Abandon(PermitWaiter waiter)
    {
        _ = GiveBackAsync(new ValueTask<Permit>(waiter, waiter.Version));
        Leave(waiter, LeaveReason.Cancelled);
    }

    /// <summary>A waiter's caller has fetched its result.</summary>
    public void Ended(PermitWaiter waiter, LeaveReason left, long since)
    {
        if (waiter.Deadline != NotWanted)
        {
            lock (_gate)
            {
                if (waiter.HeapIndex >= 0)
                {
                    _deadlines.Remove(waiter);
                    SetTimerIfPossible();
                }
            }
        }

        Figures.Add(left, _clock.RoughlyOr(since) - since);
    }

    public void At(long tick)
    {
        lock (_gate)
        {
            _serveAt = tick;
            SetTimer();
        }
    }

    public void Never()
    {
        lock (_gate)
        {
            _serveAt = NotWanted;
            SetTimer();
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>
    /// The caller's clock has thrown while the line was served: that is to be done again, in a moment, without asking the clock when that
    /// is.
    /// </summary>
    public void TryAgain()
    {
        lock (_gate)
        {
            _timerAt = NotKnown;
            _again = false;
            _timer.Change(s_moment, Timeout.InfiniteTimeSpan);
            _again = true;
        }
    }

    private void OnTimer()
    {
        bool done = false;
        try
        {
            Ring();
            done = true;
        }
        finally
        {
            if (!done)
            {
                TryAgain();
            }
        }
    }

    private void Ring()
    {
        long now = _clock.Now();
        bool serve;
        lock (_gate)
        {
            _timerAt = NotWanted;
            serve = _again || _serveAt <= now;
            _again = false;
            if (serve)
            {
                _serveAt = NotWanted;
            }
        }

        if (serve)
        {
            // First those who are due, then those who give up: a permit that is there is not refused.
            _line.WakeUp();
        }

        while (true)
        {
            PermitWaiter? late;
            lock (_gate)
            {
                late = _deadlines.First;
                if (late is null || late.Deadline > now)
                {
                    SetTimer();
                    return;
                }

                _deadlines.Remove(late);
                if (_disposesInLock)
                {
                    late.DisposeRegistration();
                }

                // Within the lock: its caller passes through it before the node can be used again.
                _line.Leave(late, LeaveReason.TimedOut);
            }
        }
    }

    /// <summary>As <see cref="SetTimer"/>, for a caller who has a permit in its hands already.</summary>
    private void SetTimerIfPossible()
    {
        try
        {
            SetTimer();
        }
        catch (Exception) when (!_clock.IsSystem)
        {
            // The caller's clock or timer has thrown. What it is set to comes no later than what is wanted now, and sets it anew.
        }
    }

    /// <summary>Sets the timer to the earliest thing wanted, if it is not so already. Within the lock.</summary>
    private void SetTimer()
    {
        long at = Math.Min(_serveAt, _deadlines.First?.Deadline ?? NotWanted);
        if (at == _timerAt || _again)
        {
            // When it goes off it is set again.
            return;
        }

        bool set = false;
        try
        {
            _timerAt = at;
            _timer.Change(at == NotWanted ? Timeout.InfiniteTimeSpan : _clock.ToTimerDelay(at - _clock.Now()), Timeout.InfiniteTimeSpan);
            set = true;
        }
        finally
        {
            if (!set)
            {
                // The caller's clock or timer has thrown: the next one who wants this must try again.
                _timerAt = NotKnown;
            }
        }
    }

    private async Task GiveBackAsync(ValueTask<Permit> wait)
    {
        try
        {
            Permit permit = await wait.ConfigureAwait(false);
            Engine.Undo(permit);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // It has left the line, with nothing to give back.
        }
    }
}
