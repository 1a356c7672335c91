using System.Runtime.CompilerServices;
using RateSync.Fast.State;
using RateSync.Fast.Waiting;

namespace RateSync.Fast.Engine;

/// <content>
/// Waiting. The composite has one line, whose head waits in the line of the part that holds it up. A rate's permits are never
/// kept while waiting for something else; a slot is, if the wait is short.
/// </content>
internal sealed partial class CompositeEngine<TDefects>
{
    private readonly TicketSemaphore _turn;
    private readonly WaitFigures _figures = new();

    // Whoever waits, the one at the head included, who waits in a part's line.
    private long _waiting;
    private long _queuedPermits;

    // Ends the wait of whoever has the turn, who waits in a part's line; used again as long as it was not needed.
    private CancellationTokenSource _head = new();

    public ValueTask<Permit> AcquireAsync(int permits, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        if (TryTakeNow(permits, out Permit permit))
        {
            return new ValueTask<Permit>(permit);
        }

        return timeout == TimeSpan.Zero
            ? ValueTask.FromException<Permit>(new RateLimitTimeoutException(Refusal(permits, -1, RefusalReason.None), timeout))
            : WaitOrThrowAsync(permits, timeout, cancellationToken);
    }

    public ValueTask<Decision> AttemptAsync(int permits, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        if (TryTakeNow(permits, out Permit permit))
        {
            return new ValueTask<Decision>(Granted(permit));
        }

        return timeout == TimeSpan.Zero
            ? new ValueTask<Decision>(Refusal(permits, -1, RefusalReason.None))
            : WaitAsync(permits, timeout, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Permit> WaitOrThrowAsync(int permits, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Decision decision = await WaitAsync(permits, timeout, cancellationToken).ConfigureAwait(false);
        return decision.Allowed
            ? decision.Permit
            : throw (decision.Reason == RefusalReason.QueueFull
                ? new RateLimitRejectedException(decision)
                : new RateLimitTimeoutException(decision, timeout));
    }

    private bool HasLine => Volatile.Read(ref _waiting) != 0;

    /// <summary>Without stepping ahead of those who wait.</summary>
    private bool TryTakeNow(int permits, out Permit permit)
    {
        permit = PermitFor(0, 0);
        if (permits == 0)
        {
            return Peek(1).Allowed;
        }

        if (!HasLine && TryTakeParts(permits, null, out permit) < 0)
        {
            return Count(true, permits);
        }

        return false;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Decision> WaitAsync(int permits, TimeSpan timeout, CancellationToken cancellationToken)
    {
        long since = _clock.Now();
        Decision decision;
        if (!TryEnlist())
        {
            return Refusal(permits, -1, RefusalReason.QueueFull);
        }

        Interlocked.Add(ref _queuedPermits, permits);
        try
        {
            decision = await WaitInTurnAsync(Math.Max(1, permits), since, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _figures.Add(LeaveReason.Cancelled, 0);
            throw;
        }
        catch (ObjectDisposedException) when (Volatile.Read(ref _disposed))
        {
            // Named after the composite, whichever line it was that closed.
            ThrowIfDisposed();
            throw;
        }
        finally
        {
            Interlocked.Add(ref _queuedPermits, -permits);
            Interlocked.Decrement(ref _waiting);
        }

        _figures.Add(decision.Allowed ? LeaveReason.None : LeaveReason.TimedOut, _clock.Now() - since);
        if (decision.Allowed && permits == 0)
        {
            // Only the question was waited for.
            decision.Permit.Engine!.Undo(decision.Permit);
            decision = decision with { Permit = PermitFor(0, 0) };
        }
        else if (decision.Allowed)
        {
            Count(true, permits);
        }

        return decision;
    }

    /// <summary>Counts one who waits, if there is room for one more.</summary>
    private bool TryEnlist()
    {
        long waiting = Volatile.Read(ref _waiting);
        while (waiting < _options.QueueLimit)
        {
            long seen = Interlocked.CompareExchange(ref _waiting, waiting + 1, waiting);
            if (seen == waiting)
            {
                return true;
            }

            waiting = seen;
        }

        return false;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Decision> WaitInTurnAsync(int permits, long since, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Decision turn = await _turn.AttemptAsync(1, timeout, cancellationToken).ConfigureAwait(false);
        if (!turn.Allowed)
        {
            return Refusal(permits, -1, turn.Reason);
        }

        using Permit mine = turn.Permit;
        CompositeRecord held = _records.Get();
        try
        {
            while (true)
            {
                int refuser = TryTakeParts(permits, held, out Permit permit);
                if (refuser < 0)
                {
                    Array.Clear(held.Parts);
                    return Granted(permit);
                }

                if (Any)
                {
                    refuser = Soonest(permits);
                }

                LetGo(held, keepSlots: !_parts[refuser].HasSlots && _parts[refuser].Peek(permits).RetryAfter <= _options.HoldSlotsFor);
                TimeSpan left = Left(since, timeout);
                Decision part = await WaitForPartAsync(Any ? null : _parts[refuser], permits, left, cancellationToken).ConfigureAwait(false);
                if (!part.Allowed)
                {
                    RefusalReason reason = left == TimeSpan.Zero ? RefusalReason.TimedOut : part.Reason;
                    return Refusal(permits, refuser, reason) with { LimiterId = part.LimiterId, RetryAfter = part.RetryAfter };
                }

                if (Any)
                {
                    return part;
                }

                held.Parts[refuser] = part.Permit;
            }
        }
        finally
        {
            LetGo(held, keepSlots: false);
            Recycle(held);
        }
    }

    /// <summary>
    /// Waits in a part's line, or in those of all parts, until the caller cancels or the composite is disposed of. Only for whoever has the
    /// turn.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Decision> WaitForPartAsync(ILimiterEngine? part, int permits, TimeSpan timeout, CancellationToken cancellationToken)
    {
        CancellationTokenSource head = _head;
        CancellationTokenRegistration leaving =
            cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), head);
        try
        {
            ThrowIfDisposed();
            return part is null
                ? await WaitForAnyAsync(permits, timeout, head.Token).ConfigureAwait(false)
                : await part.AttemptAsync(permits, timeout, head.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (head.IsCancellationRequested)
        {
            ThrowIfDisposed();
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            await leaving.DisposeAsync().ConfigureAwait(false);
            if (head.IsCancellationRequested)
            {
                // ORDER: full fence; then the next wait looks whether the composite is disposed of. PAIRS: Dispose. ELSE: the next head
                // could wait for ever.
                Interlocked.Exchange(ref _head, new CancellationTokenSource());
            }
        }
    }

    /// <summary>Waits in the lines of all parts that could ever grant so many, and leaves the others when one has. Allocates.</summary>
    private async Task<Decision> WaitForAnyAsync(int permits, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<Decision>> waits =
            [.. _order.Where(part => permits <= _parts[part].Limit).Select(part => _parts[part].AttemptAsync(permits, timeout, others.Token).AsTask())];
        Decision? answer = null;
        Exception? failure = null;
        while (waits.Count > 0)
        {
            Task<Decision> done = await Task.WhenAny(waits).ConfigureAwait(false);
            waits.Remove(done);
            try
            {
                Decision decision = await done.ConfigureAwait(false);
                if (answer is { Allowed: true } && decision.Allowed)
                {
                    // Two at once: one is enough.
                    decision.Permit.Engine!.Undo(decision.Permit);
                }
                else if (decision.Allowed)
                {
                    answer = decision;
                    await others.CancelAsync().ConfigureAwait(false);
                }
                else if (answer is null || (!answer.Value.Allowed && Shorter(answer.Value.RetryAfter, decision.RetryAfter) != answer.Value.RetryAfter))
                {
                    answer = decision;
                }
            }
            catch (OperationCanceledException) when (others.IsCancellationRequested)
            {
                // Another part was faster, or the caller has left.
            }
            catch (ObjectDisposedException exception)
            {
                failure = exception;
            }
        }

        if (answer is { Allowed: true })
        {
            return answer.Value;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return answer ?? throw failure ?? new InvalidOperationException($"{Owner.Id} has no part that can ever grant {permits} permits.");
    }

    /// <summary>Gives back what a waiter holds; slots only if they are not to be kept.</summary>
    private static void LetGo(CompositeRecord held, bool keepSlots)
    {
        foreach (ref Permit part in held.Parts.AsSpan())
        {
            if (part.Engine is { } engine && !(keepSlots && engine.HasSlots))
            {
                engine.Undo(part);
                part = default;
            }
        }
    }

    /// <summary>The part that is expected to grant first; one whose wait does not depend on time last.</summary>
    private int Soonest(int permits)
    {
        int soonest = -1;
        TimeSpan shortest = default;
        foreach (int part in _order)
        {
            if (permits > _parts[part].Limit)
            {
                continue;
            }

            TimeSpan retry = _parts[part].Peek(permits).RetryAfter;
            if (soonest < 0 || Shorter(shortest, retry) != shortest)
            {
                soonest = part;
                shortest = retry;
            }
        }

        return soonest;
    }

    private TimeSpan Left(long since, TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return timeout;
        }

        TimeSpan left = timeout - _clock.ToTimeSpan(_clock.Now() - since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
