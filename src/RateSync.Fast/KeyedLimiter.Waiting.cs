using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Waiting;

namespace RateSync.Fast;

public sealed partial class KeyedLimiter
{
    /// <summary>Waits for permits for a key, all at once, for as long as it takes.</summary>
    /// <param name="key">The key. It is not kept.</param>
    /// <param name="permits">From 1 to <see cref="Limit"/>. 0 takes nothing and waits until one would be granted.</param>
    /// <param name="cancellationToken">Ends the wait and gives the place in line back.</param>
    /// <returns>
    /// The permit, when it was granted; at once, without allocating, if it is to be had now. Disposed of, it gives slots back. Of a rate it
    /// is empty, and what was granted goes back through <see cref="Refund"/> or <see cref="Settle"/>.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than could ever be granted.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="RateLimitRejectedException">
    /// As many callers wait for the key as <see cref="KeyedLimiterOptions.QueueLimit"/> allows, or there is no room to count for a new key.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of, before or during the wait.</exception>
    public ValueTask<Permit> AcquireAsync(LimiterKey key, int permits = 1, CancellationToken cancellationToken = default) =>
        AcquireAsync(key, permits, Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Waits for permits for a key, all at once, for a limited time.</summary>
    /// <param name="key">The key. It is not kept.</param>
    /// <param name="permits">From 1 to <see cref="Limit"/>. 0 takes nothing and waits until one would be granted.</param>
    /// <param name="timeout">
    /// How long to wait at the most; <see cref="TimeSpan.Zero"/> does not wait, <see cref="Timeout.InfiniteTimeSpan"/> waits
    /// for ever. A wait that cannot end in time is refused at once.
    /// </param>
    /// <param name="cancellationToken">Ends the wait and gives the place in line back.</param>
    /// <returns>
    /// The permit, when it was granted; at once, without allocating, if it is to be had now. Disposed of, it gives slots back. Those who
    /// wait for the same key are served first come, first served. A continuation never runs on the thread that made the permits available.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative number, more than could ever be granted, or a negative timeout.</exception>
    /// <exception cref="RateLimitTimeoutException">There were no permits in time, or there could not have been.</exception>
    /// <exception cref="RateLimitRejectedException">
    /// As many callers wait for the key as <see cref="KeyedLimiterOptions.QueueLimit"/> allows, or there is no room to count for a new key.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of, before or during the wait.</exception>
    public ValueTask<Permit> AcquireAsync(LimiterKey key, int permits, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        CheckPermits(permits);
        Check.Timeout(timeout, nameof(timeout));
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Permit>(cancellationToken);
        }

        KeyHash hash = key.Hash(_hasher, _ipv6Prefix);
        if (TakeOrSee(hash, key, permits, timeout == TimeSpan.Zero))
        {
            return new ValueTask<Permit>(PermitFor(hash, permits));
        }

        KeyWaiter? waiter = null;
        Decision answer = default;
        if (timeout == TimeSpan.Zero)
        {
            answer = IsWaitedFor(hash) ? Behind(hash, permits) : Refused(hash, permits, RefusalReason.NotEnoughPermits, 0, 0);
        }
        else
        {
            Lines().Wait(hash, permits, timeout, cancellationToken, out waiter, out answer);
        }

        return waiter is not null ? new ValueTask<Permit>(waiter, waiter.Version)
            : answer.Allowed ? new ValueTask<Permit>(answer.Permit)
            : ValueTask.FromException<Permit>(answer.Reason is RefusalReason.QueueFull or RefusalReason.TooManyKeys
                ? new RateLimitRejectedException(answer)
                : new RateLimitTimeoutException(answer, timeout));
    }

    /// <summary>
    /// As <see cref="AcquireAsync(LimiterKey, int, TimeSpan, CancellationToken)"/>, but a refusal is a value instead of an exception.
    /// </summary>
    /// <inheritdoc cref="AcquireAsync(LimiterKey, int, TimeSpan, CancellationToken)" path="/param"/>
    /// <returns>The decision with its reasons.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative number, more than could ever be granted, or a negative timeout.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of, before or during the wait.</exception>
    public ValueTask<Decision> AttemptAsync(LimiterKey key, int permits, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        CheckPermits(permits);
        Check.Timeout(timeout, nameof(timeout));
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Decision>(cancellationToken);
        }

        Decision now = Attempt(key, permits);
        if (now.Allowed || timeout == TimeSpan.Zero)
        {
            return new ValueTask<Decision>(now);
        }

        KeyHash hash = key.Hash(_hasher, _ipv6Prefix);
        if (permits > 0)
        {
            _tally.AskedToWait(ThreadSlot.Current);
        }

        Lines().Wait(hash, permits, timeout, cancellationToken, out KeyWaiter? waiter, out Decision answer);
        return waiter is not null ? new ValueTask<Decision>(waiter, waiter.Version) : new ValueTask<Decision>(answer);
    }

    long IKeyTaker.MostPermits => _limit;

    int IKeyTaker.QueueLimit => _queueLimit;

    bool IKeyTaker.TryTake(in KeyHash key, int permits, ref KeyVerdict verdict, out long retryTicks)
    {
        bool granted = permits > 0 && _core.TryTake(key, permits, ref verdict);
        if (permits == 0)
        {
            verdict.Description = _core.Peek(key, 1);
            granted = verdict.Description.Missing == 0;
        }

        // Room for a key that found none comes free when others are forgotten, which nobody tells.
        Description now = verdict.Description;
        retryTicks = !_refundable && now.Missing > 0 ? Math.Max(1, now.RetryTicks)
            : verdict.Overflowed ? Math.Max(1, _clock.Frequency / RoomLooksPerSecond)
            : long.MaxValue;
        return granted;
    }

    long IKeyTaker.LeastWait(in KeyHash key, long permits) => _refundable ? 0 : _core.Peek(key, permits).RetryTicks;

    /// <summary>Takes permits; none at all are "taken" when one would be granted. A refusal is counted if it is the last word.</summary>
    private bool TakeOrSee(in KeyHash hash, LimiterKey key, int permits, bool lastWord)
    {
        if (permits == 0)
        {
            return Peek(key).Allowed;
        }

        KeyVerdict verdict = default;
        bool granted = !IsWaitedFor(hash) && _core.TryTake(hash, permits, ref verdict);
        Count1(granted, key, permits);
        if (!granted && !lastWord)
        {
            _tally.AskedToWait(ThreadSlot.Current);
        }

        return granted;
    }

    /// <summary>Whether somebody waits for a key. While nobody ever has it is one look at a field that does not change.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsWaitedFor(in KeyHash hash) => Volatile.Read(ref _lines) is { } lines && lines.IsWaitedFor(hash);

    private KeyLines Lines()
    {
        if (Volatile.Read(ref _lines) is { } lines)
        {
            return lines;
        }

        // A lock: taken once, at a limiter's first wait.
        lock (_linesGate)
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
            if (_lines is null)
            {
                Volatile.Write(ref _lines, new KeyLines(this));
            }

            return _lines!;
        }
    }

    /// <summary>The answer to a call that does not step ahead of those who wait.</summary>
    private Decision Behind(in KeyHash hash, int permits)
    {
        long waiting = 0, queued = 0;
        Volatile.Read(ref _lines)?.Look(hash, out waiting, out queued);
        return Refused(hash, permits, RefusalReason.WaitersInLine, waiting, queued);
    }

    private Decision Refused(in KeyHash hash, int permits, RefusalReason reason, long waiting, long queuedPermits)
    {
        int asked = Math.Max(1, permits);
        Description now = _core.Peek(hash, asked);
        return Refusal(now with { RetryTicks = ((IKeyTaker)this).LeastWait(hash, queuedPermits + asked) }, asked, overflowed: false) with
        {
            Reason = reason,
            Waiting = waiting,
        };
    }
}
