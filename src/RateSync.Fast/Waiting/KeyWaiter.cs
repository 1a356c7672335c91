using System.Threading.Tasks.Sources;
using RateSync.Fast.State;

namespace RateSync.Fast.Waiting;

/// <summary>
/// One call that waits for a key: its place in the key's line, its deadline, and the source that its caller awaits. Not used again: a
/// late callback of a token or of the timer finds a wait that has ended, never another one.
/// </summary>
internal sealed class KeyWaiter : Alarm, IValueTaskSource<Permit>, IValueTaskSource<Decision>, IThreadPoolWorkItem
{
    public readonly KeyLine Line;
    public readonly int Permits;
    public KeyWaiter? Before;
    public KeyWaiter? After;
    public bool IsInLine;

    private static readonly Action<object?, CancellationToken> s_cancel = static (state, _) =>
    {
        KeyWaiter waiter = (KeyWaiter)state!;
        waiter._lines.Leave(waiter, LeaveReason.Cancelled);
    };

    private readonly KeyLines _lines;
    private readonly TimeSpan _timeout;
    private readonly CancellationToken _cancellationToken;

    // Mutable struct: must not be readonly.
    private ManualResetValueTaskSourceCore<bool> _core;
    private CancellationTokenRegistration _registration;
    private LeaveReason _left;
    private Decision _decision;

    public KeyWaiter(KeyLines lines, KeyLine line, int permits, TimeSpan timeout, long since, CancellationToken cancellationToken)
    {
        _lines = lines;
        Line = line;
        Permits = permits;
        _timeout = timeout;
        Since = since;
        _cancellationToken = cancellationToken;
    }

    public override int Order => 1;

    /// <summary>When the wait began, roughly.</summary>
    public long Since { get; }

    public short Version => _core.Version;

    public override void Ring() => _lines.Leave(this, LeaveReason.TimedOut);

    /// <summary>From now on the caller's token takes the waiter out. After it has joined, before its caller can see it.</summary>
    public void WatchCancellation()
    {
        if (_cancellationToken.CanBeCanceled)
        {
            _registration = _cancellationToken.UnsafeRegister(s_cancel, this);
        }
    }

    /// <summary>The wait is over: once, by whoever has taken the waiter out of the line.</summary>
    public void End(LeaveReason left, in Decision decision)
    {
        _left = left;
        _decision = decision;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Runs the caller's continuation: on the pool, never on the thread that released.</summary>
    void IThreadPoolWorkItem.Execute() => _core.SetResult(true);

    ValueTaskSourceStatus IValueTaskSource<Permit>.GetStatus(short token) => Status(token, refused: ValueTaskSourceStatus.Faulted);

    // There a refusal is an answer.
    ValueTaskSourceStatus IValueTaskSource<Decision>.GetStatus(short token) => Status(token, refused: ValueTaskSourceStatus.Succeeded);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    Permit IValueTaskSource<Permit>.GetResult(short token)
    {
        Decision decision = Result(token);
        if (!decision.Allowed)
        {
            throw decision.Reason == RefusalReason.TimedOut
                ? new RateLimitTimeoutException(decision, _timeout)
                : new RateLimitRejectedException(decision);
        }

        return decision.Permit;
    }

    Decision IValueTaskSource<Decision>.GetResult(short token) => Result(token);

    private Decision Result(short token)
    {
        _core.GetResult(token);

        // Unregister, not Dispose: the result may be fetched on a thread that the callback waits for.
        _registration.Unregister();
        return _left switch
        {
            LeaveReason.Disposed => throw new ObjectDisposedException(_lines.OwnerName),
            LeaveReason.Cancelled => throw new OperationCanceledException(_cancellationToken),
            _ => _decision,
        };
    }

    /// <summary>A task made of this wait takes from here whether it was cancelled or has failed.</summary>
    private ValueTaskSourceStatus Status(short token, ValueTaskSourceStatus refused)
    {
        ValueTaskSourceStatus status = _core.GetStatus(token);
        return status != ValueTaskSourceStatus.Succeeded ? status : _left switch
        {
            LeaveReason.None => _decision.Allowed ? status : refused,
            LeaveReason.TimedOut => refused,
            LeaveReason.Disposed => ValueTaskSourceStatus.Faulted,
            _ => ValueTaskSourceStatus.Canceled,
        };
    }
}
