using System.Threading.Tasks.Sources;
using RateSync.Fast.State;

namespace RateSync.Fast.Waiting;

/// <summary>
/// One waiting call: the node that sits in the line, and the source that its caller awaits. Taken from a pool and given back once
/// the caller has fetched its result.
/// </summary>
internal sealed class PermitWaiter : WaitNode, IValueTaskSource<Permit>, IValueTaskSource<Decision>, IThreadPoolWorkItem
{
    /// <summary>Where the waiter is in its limiter's heap of deadlines; negative when it is not.</summary>
    public int HeapIndex = -1;

    /// <summary>Clock tick at which the caller gives up.</summary>
    public long Deadline;

    // Where it stands in a line that is guarded by a lock.
    public PermitWaiter? Before;
    public PermitWaiter? After;
    public TenantQueue? Queue;
    public string? Tenant;
    public long Arrival;
    public int Lane;

    private static readonly Action<object?, CancellationToken> s_cancel =
        static (state, _) => ((PermitWaiter)state!)._room!.Leave((PermitWaiter)state, LeaveReason.Cancelled);

    // Mutable struct: must not be readonly.
    private ManualResetValueTaskSourceCore<bool> _core;
    private WaitingRoom? _room;
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellationToken;
    private TimeSpan _timeout;
    private LeaveReason _left;
    private long _stamp;
    private long _since;
    private Permit _permit;

    public short Version => _core.Version;

    public CancellationToken CancellationToken => _cancellationToken;

    /// <summary>Gets a node of the pool ready for a new wait.</summary>
    public void Prepare(WaitingRoom room, int permits, long owed, TimeSpan timeout, long since, CancellationToken cancellationToken)
    {
        _room = room;
        _timeout = timeout;
        _cancellationToken = cancellationToken;
        _since = since;
        _left = LeaveReason.None;
        _stamp = 0;
        _permit = default;
        Permits = permits;
        InHand = permits - owed;
        Seats = (int)owed;
        State = WaitState.NextUse(State, owed);
    }

    /// <summary>From now on the caller's token takes the waiter out. After it has joined, before its caller can see it.</summary>
    public void WatchCancellation()
    {
        if (_cancellationToken.CanBeCanceled)
        {
            _registration = _cancellationToken.UnsafeRegister(s_cancel, this);
        }
    }

    public override void OnGranted(long stamp)
    {
        _stamp = stamp;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>As <see cref="OnGranted"/>, with what was granted.</summary>
    public void Grant(in Permit permit)
    {
        _permit = permit;
        OnGranted(0);
    }

    public override void OnLeft(LeaveReason reason)
    {
        _left = reason;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Runs the caller's continuation: on the pool, never on the thread that released.</summary>
    void IThreadPoolWorkItem.Execute() => _core.SetResult(true);

    ValueTaskSourceStatus IValueTaskSource<Permit>.GetStatus(short token) => Status(token, timedOut: ValueTaskSourceStatus.Faulted);

    // There a timeout is an answer.
    ValueTaskSourceStatus IValueTaskSource<Decision>.GetStatus(short token) => Status(token, timedOut: ValueTaskSourceStatus.Succeeded);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    Permit IValueTaskSource<Permit>.GetResult(short token)
    {
        _core.GetResult(token);
        WaitingRoom room = _room!;
        LeaveReason left = _left;
        CancellationToken cancellationToken = _cancellationToken;
        Permit permit = left == LeaveReason.None ? TakePermit(room) : default;
        long permits = Permits;
        TimeSpan timeout = _timeout;
        Finish(room, left);
        return left switch
        {
            LeaveReason.None => permit,
            LeaveReason.TimedOut => throw new RateLimitTimeoutException(room.Engine.TimedOut((int)permits), timeout),
            LeaveReason.Disposed => throw new ObjectDisposedException(room.Engine.Owner.GetType().FullName),
            LeaveReason.LimitLowered => throw new RateLimitRejectedException(LimitLowered(room, permits)),
            _ => throw new OperationCanceledException(cancellationToken),
        };
    }

    Decision IValueTaskSource<Decision>.GetResult(short token)
    {
        _core.GetResult(token);
        WaitingRoom room = _room!;
        LeaveReason left = _left;
        CancellationToken cancellationToken = _cancellationToken;
        int permits = (int)Permits;
        Permit permit = left == LeaveReason.None ? TakePermit(room) : default;
        Finish(room, left);
        return left switch
        {
            LeaveReason.None => Granted(room, permit),
            LeaveReason.LimitLowered => LimitLowered(room, permits),
            LeaveReason.TimedOut => room.Engine.TimedOut(permits),
            LeaveReason.Disposed => throw new ObjectDisposedException(room.Engine.Owner.GetType().FullName),
            _ => throw new OperationCanceledException(cancellationToken),
        };
    }

    private static Decision Granted(WaitingRoom room, in Permit permit)
    {
        bool said = false;
        try
        {
            Decision decision = room.Engine.GrantedAfterWaiting(permit);
            said = true;
            return decision;
        }
        finally
        {
            if (!said)
            {
                // The caller's clock has thrown: nobody will ever give back what nobody has got.
                room.Engine.Undo(permit);
            }
        }
    }

    private Permit TakePermit(WaitingRoom room) => _permit.IsEmpty ? room.Engine.PermitFor((int)Permits, _stamp) : _permit;

    private static Decision LimitLowered(WaitingRoom room, long permits) => room.Engine.TimedOut(1) with
    {
        Reason = RefusalReason.LimitLowered,
        Missing = Math.Max(1, permits - room.Engine.Limit),
        RetryAfter = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Waits for the callback if it is running; only to show what that would do.</summary>
    public void DisposeRegistration() => _registration.Dispose();

    /// <summary>A task made of this wait takes from here whether it was cancelled or has failed.</summary>
    private ValueTaskSourceStatus Status(short token, ValueTaskSourceStatus timedOut)
    {
        ValueTaskSourceStatus status = _core.GetStatus(token);
        return status != ValueTaskSourceStatus.Succeeded ? status : _left switch
        {
            LeaveReason.None => status,
            LeaveReason.TimedOut => timedOut,
            LeaveReason.Disposed => ValueTaskSourceStatus.Faulted,
            LeaveReason.LimitLowered => timedOut,
            _ => ValueTaskSourceStatus.Canceled,
        };
    }

    private void Finish(WaitingRoom room, LeaveReason left)
    {
        // Unregister, not Dispose: the result may be fetched on a thread that the callback waits for. If the callback runs right
        // now and has not been what ended this wait, it still holds the node: then the node must not be used again.
        bool reusable = _registration.Token == default || _registration.Unregister() || left == LeaveReason.Cancelled;
        room.Ended(this, left, _since);
        if (!reusable || IsSeenByServer)
        {
            // The callback may not even have looked for the room yet. It will find that the wait has ended.
            return;
        }

        _registration = default;
        _cancellationToken = default;
        _room = null;
        Segment = null;
        _permit = default;
        _core.Reset();
        WaiterPool.Return(this);
    }
}
