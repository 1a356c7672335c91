using RateSync.Fast.State;
using RateSync.Fast.Waiting;

namespace RateSync.Fast.Engine;

internal sealed partial class TicketEngine<TAtomics>
{
    public ValueTask<Permit> AcquireAsync(int permits, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (TryTakeOrSee(permits, out Permit permit))
        {
            return new ValueTask<Permit>(permit);
        }

        RefusalReason reason = Wait(permits, timeout, cancellationToken, ref permit, out PermitWaiter? waiter);
        return reason switch
        {
            RefusalReason.None when waiter is null => new ValueTask<Permit>(permit),
            RefusalReason.None => new ValueTask<Permit>(waiter, waiter.Version),
            RefusalReason.QueueFull => ValueTask.FromException<Permit>(new RateLimitRejectedException(Refusal(permits, reason))),
            _ => ValueTask.FromException<Permit>(new RateLimitTimeoutException(Refusal(permits, reason), timeout)),
        };
    }

    public ValueTask<Decision> AttemptAsync(int permits, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (TryTakeOrSee(permits, out Permit permit))
        {
            return new ValueTask<Decision>(GrantedAfterWaiting(permit));
        }

        RefusalReason reason = Wait(permits, timeout, cancellationToken, ref permit, out PermitWaiter? waiter);
        return reason switch
        {
            RefusalReason.None when waiter is null => new ValueTask<Decision>(GrantedAfterWaiting(permit)),
            RefusalReason.None => new ValueTask<Decision>(waiter, waiter.Version),
            _ => new ValueTask<Decision>(Refusal(permits, reason)),
        };
    }

    private bool TryTakeOrSee(int permits, out Permit permit)
    {
        if (permits != 0)
        {
            return TryTake(permits, out permit);
        }

        permit = new Permit(this, 0, 0, null);
        return Peek(1).Allowed;
    }

    /// <summary>Joins the line, or gets the slots after all, or says why neither.</summary>
    private RefusalReason Wait(
        int permits, TimeSpan timeout, CancellationToken cancellationToken, ref Permit permit, out PermitWaiter? waiter)
    {
        waiter = null;
        ThrowIfDisposed();
        if (timeout == TimeSpan.Zero)
        {
            return RefusalReason.NotEnoughPermits;
        }

        _gate.Tally.AskedToWait(ThreadSlot.Current);
        WaitingRoom room = Room();
        if (!_gate.TryEnlist(Math.Max(1, permits)))
        {
            return RefusalReason.QueueFull;
        }

        int asked = Math.Max(1, permits);
        long owed = _gate.Ask(asked);
        if (owed == 0)
        {
            permit = PermitFor(permits, 0);
            return RefusalReason.None;
        }

        PermitWaiter node = room.Prepare(permits, owed, timeout, cancellationToken);
        node.InHand = asked - owed;
        if (_gate.Join(node, owed))
        {
            WaiterPool.Return(node);
            permit = PermitFor(permits, 0);
            return RefusalReason.None;
        }

        try
        {
            room.Watch(node);
        }
        catch
        {
            room.Abandon(node);
            throw;
        }

        waiter = node;
        return RefusalReason.None;
    }

    private WaitingRoom Room()
    {
        WaitingRoom? room = Volatile.Read(ref _room);
        if (room is not null)
        {
            return room;
        }

        // A lock: taken once, at a limiter's first wait.
        lock (_roomGate)
        {
            if (_room is null)
            {
                room = new WaitingRoom(this, _gate, _clock);
                _gate.UseLine(new TicketLine<TAtomics>(_gate.IsQueueLimited));
                Volatile.Write(ref _room, room);
            }

            return _room;
        }
    }
}
