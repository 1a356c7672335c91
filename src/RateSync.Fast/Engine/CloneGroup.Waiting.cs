using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Waiting;

namespace RateSync.Fast.Engine;

internal sealed partial class CloneGroup
{
    public ValueTask<Permit> AcquireAsync(in KeyHash key, int permits, TimeSpan timeout, CancellationToken cancellationToken)
    {
        CheckPermits(permits);
        Check.Timeout(timeout, nameof(timeout));
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Permit>(cancellationToken);
        }

        if (TakeOrWait(key, permits, timeout, cancellationToken, out KeyWaiter? waiter, out Decision answer))
        {
            return new ValueTask<Permit>(answer.Permit);
        }

        return waiter is not null ? new ValueTask<Permit>(waiter, waiter.Version)
            : ValueTask.FromException<Permit>(Exception(answer, timeout));
    }

    public ValueTask<Decision> AttemptAsync(in KeyHash key, int permits, TimeSpan timeout, CancellationToken cancellationToken)
    {
        CheckPermits(permits);
        Check.Timeout(timeout, nameof(timeout));
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Decision>(cancellationToken);
        }

        TakeOrWait(key, permits, timeout, cancellationToken, out KeyWaiter? waiter, out Decision answer);
        return waiter is not null ? new ValueTask<Decision>(waiter, waiter.Version) : new ValueTask<Decision>(answer);
    }

    bool IKeyTaker.TryTake(in KeyHash key, int permits, ref KeyVerdict verdict, out long retryTicks)
    {
        bool granted;
        By by;
        if (permits == 0)
        {
            verdict.Description = Look(Plan, key, 1, out by);
            granted = verdict.Description.Missing == 0;
        }
        else
        {
            granted = TryTake(key, permits, ref verdict, out by, out _);
        }

        verdict.ByRate = by == By.Rate;

        // Room for a key that found none comes free when others are forgotten, which nobody tells.
        Description now = verdict.Description;
        retryTicks = by == By.Rate && now.Missing > 0 ? Math.Max(1, now.RetryTicks)
            : verdict.Overflowed ? Math.Max(1, _clock.Frequency / RoomLooksPerSecond)
            : long.MaxValue;

        // Who waited when the limiter became a shadow need not any more.
        return granted || Plan.Shadow;
    }

    long IKeyTaker.LeastWait(in KeyHash key, long permits) => Plan.Rate?.Peek(key, permits).RetryTicks ?? 0;

    /// <summary>Takes permits at once, or joins the key's line. In shadow nobody waits.</summary>
    private bool TakeOrWait(
        in KeyHash key, int permits, TimeSpan timeout, CancellationToken cancellationToken, out KeyWaiter? waiter, out Decision answer)
    {
        waiter = null;
        answer = permits == 0 ? Peek(key, 1) : Decide(key, permits);
        bool last = answer.Allowed || timeout == TimeSpan.Zero || Plan.Shadow;
        if (permits > 0)
        {
            Count(answer.Allowed, permits);
            if (!last)
            {
                _tally.AskedToWait(ThreadSlot.Current);
            }
        }

        if (last)
        {
            answer = InShadow(answer);
        }
        else
        {
            Lines().Wait(key, permits, timeout, cancellationToken, out waiter, out answer);
        }

        return answer.Allowed;
    }

    private static RateLimitRejectedException Exception(in Decision answer, TimeSpan timeout) =>
        answer.Reason is RefusalReason.QueueFull or RefusalReason.TooManyKeys or RefusalReason.LimitLowered
            ? new RateLimitRejectedException(answer)
            : new RateLimitTimeoutException(answer, timeout);

    private bool IsWaitedFor(in KeyHash key) => Volatile.Read(ref _lines) is { } lines && lines.IsWaitedFor(key);

    private KeyLines Lines()
    {
        if (Volatile.Read(ref _lines) is { } lines)
        {
            return lines;
        }

        // A lock: taken once, at the first wait.
        lock (_linesGate)
        {
            ThrowIfDisposed();
            if (_lines is null)
            {
                Volatile.Write(ref _lines, new KeyLines(this));
            }

            return _lines!;
        }
    }

    private Decision Behind(in KeyHash key, int permits)
    {
        long waiting = 0, queued = 0;
        Volatile.Read(ref _lines)?.Look(key, out waiting, out queued);
        return ((IKeyTaker)this).Refused(key, permits, RefusalReason.WaitersInLine, waiting, queued);
    }
}
