using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting.Leases;

namespace RateSync.Fast.RateLimiting.Faces;

/// <summary>
/// Those who wait. They stand in a line of the face's own, since the platform counts a line in permits, lets newcomers push out the oldest,
/// and wants room back at the moment of a cancellation; the limiter's line, which is first come, first served, still decides when there is
/// something for them.
/// </summary>
/// <remarks>
/// Oldest first: everybody has a place in the limiter's line too, so that its answers count all of them. Newest first: one place there is
/// held for whoever is the newest when the answer comes; it is given up and taken anew when the newest wants another number of permits.
/// Slots that come back through this face alone need no place there: whoever gives them back hands them over.
/// </remarks>
internal sealed partial class LimiterFace
{
    // A lock: taken only by calls that found nothing left and wait, by their cancellation, and by the answers they wait for. It keeps two
    // lines in the same order, which no single word could. No code of callers runs within it.
    private readonly Lock _gate = new();
    private readonly int _queueLimit;
    private readonly bool _newestFirst;
    private readonly bool _handsOver;

    // Mutable struct: must not be readonly.
    private WaiterLine _line;

    /// <summary>Newest first only: the place in the limiter's line.</summary>
    private Ask? _ask;

    /// <summary>Whether those who wait come before a newcomer.</summary>
    private bool IsBehindLine => !_newestFirst && Volatile.Read(ref _line.Oldest) is not null;

    private ValueTask<RateLimitLease> WaitAsync(int permits, CancellationToken cancellationToken)
    {
        Waiter? waiter = null;
        RateLimitLease? lease = null;
        lock (_gate)
        {
            ThrowIfDisposed();
            if (_newestFirst && TryTakeAheadLocked(permits, out lease))
            {
                return new ValueTask<RateLimitLease>(lease);
            }

            if (MakeRoom(permits))
            {
                waiter = new Waiter(this, permits);
                JoinOrLeave(waiter);
            }
        }

        if (waiter is null)
        {
            return new ValueTask<RateLimitLease>(Refuse(permits, _queueLimit == 0 ? RefusalReason.None : RefusalReason.QueueFull));
        }

        if (cancellationToken.CanBeCanceled)
        {
            Watch(waiter, cancellationToken);
        }

        return new ValueTask<RateLimitLease>(waiter.Task);
    }

    /// <summary>Newest first, somebody waits for more than this call wants: it goes first.</summary>
    private bool TryTakeAhead(int permits, [NotNullWhen(true)] out RateLimitLease? lease)
    {
        lease = null;
        if (Volatile.Read(ref _line.Permits) == 0)
        {
            return false;
        }

        lock (_gate)
        {
            ThrowIfDisposed();
            return TryTakeAheadLocked(permits, out lease);
        }
    }

    /// <summary>Gives slots that came back to those who wait.</summary>
    private void HandOver()
    {
        // ORDER: full fence between giving back and looking for waiters. PAIRS: Join. ELSE: see there.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _line.Oldest) is null)
        {
            return;
        }

        lock (_gate)
        {
            HandOverLocked();
        }
    }

    private void HandOverLocked()
    {
        while ((_newestFirst ? _line.Newest : _line.Oldest) is { } next)
        {
            RateLimitLease? lease = next.Permits == 0 ? See() : Take(next.Permits);
            if (lease is null)
            {
                return;
            }

            _granted.Increment();
            End(next, lease);
        }
    }

    /// <summary>Somebody has left without a grant: those behind may fit in now.</summary>
    private void GoOn()
    {
        if (_handsOver)
        {
            HandOverLocked();
        }
        else if (_newestFirst)
        {
            AskForNewest();
        }
    }

    private bool TryTakeAheadLocked(int permits, [NotNullWhen(true)] out RateLimitLease? lease)
    {
        if (_ask is null || _ask.Permits <= permits)
        {
            // Those who wait want no more than this and have not got it.
            return TryTake(permits, out lease);
        }

        _ask.Withdraw();
        _ask = null;
        try
        {
            return TryTake(permits, out lease);
        }
        finally
        {
            AskForNewest();
        }
    }

    /// <summary>Whether a newcomer may wait; the oldest may have to go for that.</summary>
    private bool MakeRoom(int permits)
    {
        if (_queueLimit - _line.Permits >= permits)
        {
            return true;
        }

        if (!_newestFirst || permits > _queueLimit)
        {
            return false;
        }

        while (_queueLimit - _line.Permits < permits)
        {
            Waiter oldest = _line.Oldest!;
            End(oldest, Refuse(oldest.Permits, RefusalReason.QueueFull));
        }

        return true;
    }

    private void JoinOrLeave(Waiter waiter)
    {
        try
        {
            Join(waiter);
        }
        catch
        {
            // The limiter's clock or timer has thrown, and so does this call: nobody will come for the result.
            if (waiter.IsInLine)
            {
                Leave(waiter);
            }

            throw;
        }
    }

    private void Join(Waiter waiter)
    {
        _line.Add(waiter);
        if (_handsOver)
        {
            // ORDER: full fence between having joined and looking for slots. PAIRS: HandOver. ELSE: a slot could come back unseen, and
            // nobody look again.
            Interlocked.MemoryBarrier();
            HandOverLocked();
            return;
        }

        if (_newestFirst)
        {
            AskForNewest();
            return;
        }

        waiter.Ask = new Ask(waiter.Permits, waiter);
        Start(waiter.Ask);
    }

    /// <summary>Sees to it that the limiter is asked for what the newest wants, if there is one.</summary>
    private void AskForNewest()
    {
        while (_line.Newest is { } newest)
        {
            if (_ask is not null)
            {
                if (_ask.Permits == newest.Permits)
                {
                    return;
                }

                _ask.Withdraw();
            }

            _ask = new Ask(newest.Permits, null);
            if (!Start(_ask))
            {
                return;
            }
        }

        _ask?.Withdraw();
        _ask = null;
    }

    /// <summary>Takes a place in the limiter's line. Whether the answer is there already, and has been dealt with.</summary>
    private bool Start(Ask ask)
    {
        ValueTask<Decision> answer;
        try
        {
            answer = _limiter.AttemptAsync(ask.Permits, Timeout.InfiniteTimeSpan, ask.Token);
            if (answer.IsCompletedSuccessfully)
            {
                Answer(ask, answer.Result);
                ask.Dispose();
                return true;
            }
        }
        catch (ObjectDisposedException)
        {
            // By its owner, not through this face.
            Answer(ask, null);
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            // The limit has been lowered since whoever wants so many joined the line.
            Answer(ask, Look(ask.Permits));
            ask.Dispose();
            return true;
        }

        _ = FollowAsync(ask, answer);
        return false;
    }

    private async Task FollowAsync(Ask ask, ValueTask<Decision> answer)
    {
        Decision? decision = null;
        try
        {
            decision = await answer.ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Withdrawn, or the limiter has been disposed of.
        }

        lock (_gate)
        {
            Answer(ask, decision);
            GoOn();
        }

        ask.Dispose();
    }

    /// <summary>The limiter's answer; null if there will be none.</summary>
    private void Answer(Ask ask, Decision? decision)
    {
        Waiter? waiter = ask.IsWithdrawn ? null : ask.Waiter ?? _line.Newest;
        if (ReferenceEquals(_ask, ask))
        {
            _ask = null;
        }

        if (waiter is not { IsInLine: true })
        {
            // Granted in the same instant in which it was withdrawn.
            if (decision is { Allowed: true } unwanted)
            {
                unwanted.Permit.Refund(unwanted.Permit.Permits);
                unwanted.Permit.Dispose();
            }

            return;
        }

        waiter.Ask = null;
        if (decision is not { } answer)
        {
            End(waiter, EndedLease.Instance);
        }
        else if (!answer.Allowed)
        {
            _refused.Increment();
            End(waiter, _spare.Refuse(answer));
        }
        else
        {
            _granted.Increment();
            End(waiter, _kind == GrantKind.Spent || ask.Permits == 0 ? _spent : new PermitLease(_limiter, answer.Permit));
        }
    }

    /// <summary>Takes a waiter out of the line with a result. Its continuation runs elsewhere.</summary>
    private void End(Waiter waiter, RateLimitLease lease)
    {
        Leave(waiter);

        // Not Dispose: that would wait for a callback which waits for the lock.
        waiter.Registration.Unregister();
        waiter.TrySetResult(lease);
    }

    private void Leave(Waiter waiter)
    {
        _line.Remove(waiter);
        waiter.Ask?.Withdraw();
        waiter.Ask = null;
    }

    private void Watch(Waiter waiter, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Waiter)state!).Face.Cancel((Waiter)state, token), waiter);
        lock (_gate)
        {
            if (waiter.IsInLine)
            {
                waiter.Registration = registration;
                return;
            }
        }

        registration.Unregister();
    }

    private void Cancel(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!waiter.IsInLine)
            {
                return;
            }

            Leave(waiter);
            GoOn();
        }

        waiter.TrySetCanceled(cancellationToken);
    }

    private void EndAllWaits()
    {
        _ask?.Withdraw();
        _ask = null;
        while (_line.Oldest is { } oldest)
        {
            End(oldest, EndedLease.Instance);
        }
    }
}
