using RateSync.Fast.State;

namespace RateSync.Fast.Engine;

internal sealed partial class CompositeEngine<TDefects>
{
    public void Undo(int permits) => UndoFirst(_order.Length, permits);

    public void Undo(in Permit permit)
    {
        if (permit.Record is CompositeRecord record)
        {
            if (record.Close(permit.Stamp, permit.Permits, out _) > 0)
            {
                UndoParts(record);
            }
        }
        else
        {
            UndoFirst(_order.Length, permit.Permits);
        }
    }

    public void Close(in Permit permit, int permits)
    {
        long closed = 0;
        bool last = false;
        if (permit.Record is not CompositeRecord record || (closed = record.Close(permit.Stamp, permits, out last)) == 0)
        {
            return;
        }

        CloseParts(record, permits);
        RecycleAfter(record, last && closed == permit.Permits);
    }

    private static void CloseParts(CompositeRecord record, int permits)
    {
        foreach (ref Permit part in record.Parts.AsSpan())
        {
            // Whether it holds slots the permit says itself: the part may have been changed since.
            if (part.Record is not null)
            {
                part.Engine!.Close(part, permits);
            }
        }
    }

    /// <summary>
    /// A record is used again only after a permit was given back in one go. Otherwise whoever gave a part back may still be at it on
    /// another thread.
    /// </summary>
    private void RecycleAfter(CompositeRecord record, bool whole)
    {
        if (whole)
        {
            Recycle(record);
        }
    }

    public void Refund(in Permit permit, int permits)
    {
        if (permit.Record is not CompositeRecord record)
        {
            foreach (ILimiterEngine part in _parts)
            {
                part.Refund(part.PermitFor(permits, 0), permits);
            }

            return;
        }

        int back = (int)record.Close(permit.Stamp, permits, out bool last);
        if (back == 0)
        {
            return;
        }

        foreach (ref Permit part in record.Parts.AsSpan())
        {
            part.Engine!.Refund(part, back);
        }

        if (last)
        {
            // Nothing is left of the permit to be disposed of: what a part holds besides what was refunded goes back now.
            CloseParts(record, permit.Permits);
        }

        RecycleAfter(record, last && back == permit.Permits);
    }

    public void TakeIntoDebt(in Permit permit, long permits, string parameter)
    {
        // Those that granted it, which need not be all.
        ReadOnlySpan<Permit> granted = permit.Record is CompositeRecord record && record.Remaining(permit.Stamp) > 0 ? record.Parts : [];
        int part = 0;
        try
        {
            for (; part < _parts.Length; part++)
            {
                Charge(part, granted, permit, permits, parameter);
            }
        }
        catch (ArgumentOutOfRangeException)
        {
            // All or nothing: those that had room for the debt get it back.
            while (--part >= 0)
            {
                Discharge(part, granted, permits);
            }

            throw;
        }
    }

    private void Charge(int part, ReadOnlySpan<Permit> granted, in Permit whole, long permits, string parameter)
    {
        if (granted.IsEmpty && !_parts[part].HasSlots)
        {
            _parts[part].TakeIntoDebt(whole, permits, parameter);
        }
        else if (!granted.IsEmpty && granted[part].Engine is { HasSlots: false } engine)
        {
            engine.TakeIntoDebt(granted[part], permits, parameter);
        }
    }

    private void Discharge(int part, ReadOnlySpan<Permit> granted, long permits)
    {
        ILimiterEngine? engine = granted.IsEmpty ? _parts[part] : granted[part].Engine;
        if (engine is { HasSlots: false })
        {
            engine.Refund(engine.PermitFor((int)permits, 0), (int)permits);
        }
    }

    public void Release(int permits)
    {
        if (Any && HasSlots)
        {
            throw new InvalidOperationException($"{Owner.Id} grants by any of its parts, and only the Permit knows by which: dispose that instead.");
        }

        foreach (ILimiterEngine part in _parts)
        {
            if (part.HasSlots)
            {
                part.Release(permits);
            }
        }
    }
}
