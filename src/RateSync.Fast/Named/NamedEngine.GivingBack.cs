using RateSync.Fast.Engine;
using RateSync.Fast.State;

namespace RateSync.Fast.Named;

internal sealed partial class NamedEngine<TAtomics>
{
    public void Undo(int permits)
    {
        if (!TryEnter(out NamedPlan plan))
        {
            plan.Composite!.Engine.Undo(permits);
            return;
        }

        try
        {
            plan.Rate?.Engine.Undo(permits);
            plan.Slots?.Engine.Undo(plan.SlotsFor(permits));
        }
        finally
        {
            PlanCell<NamedPlan, TAtomics>.Leave();
        }

        ServeIfWaiting();
    }

    public void Undo(in Permit permit)
    {
        if (permit.Record is { Booking: NoRate })
        {
            Close(permit, permit.Permits);
            return;
        }

        try
        {
            ReturnToRate(permit, permit.Permits, undo: true);
        }
        finally
        {
            // Also when the caller's clock throws.
            if (permit.Record is not null)
            {
                Close(permit, permit.Permits);
            }
        }

        ServeIfWaiting();
    }

    public void Close(in Permit permit, int permits)
    {
        // Slots outlive every plan, so the permit's way back is always open.
        ILimiterEngine slots = _slots!.Engine;
        slots.Close(new Permit(slots, permits, permit.Stamp, permit.Record), permits);
        ServeIfWaiting();
    }

    public void Refund(in Permit permit, int permits)
    {
        if (permit.Record is { Booking: NoRate })
        {
            Close(permit, permits);
            return;
        }

        ReturnToRate(permit, permits, undo: false);
        ServeIfWaiting();
    }

    public void TakeIntoDebt(in Permit permit, long permits, string parameter)
    {
        if ((permit.Stamp == ShadowStamp && permit.Record is null) || !TryEnter(out NamedPlan plan))
        {
            // It was granted nothing, or by parts that are no more, so nothing is settled.
            return;
        }

        try
        {
            if (plan.Rate is not null)
            {
                plan.Rate.Engine.TakeIntoDebt(new Permit(plan.Rate.Engine, permit.Permits, 0, null), permits, parameter);
            }
            else if (permit.Record is { Booking: NoRate })
            {
                plan.Slots?.Engine.TakeIntoDebt(permit, permits, parameter);
            }
        }
        finally
        {
            PlanCell<NamedPlan, TAtomics>.Leave();
        }
    }

    public void Release(int permits)
    {
        if (!TryEnter(out NamedPlan plan))
        {
            plan.Composite!.Engine.Release(permits);
            return;
        }

        try
        {
            int shadows = TakeShadowSlots(plan, permits);
            if (plan.Slots is not null && permits > shadows)
            {
                plan.Slots.Engine.Release(permits - shadows);
            }
            else if (plan.Slots is null && _slots is { } former)
            {
                ReleaseFormer(former, permits);
            }
        }
        finally
        {
            PlanCell<NamedPlan, TAtomics>.Leave();
        }

        ServeIfWaiting();
    }

    /// <summary>
    /// The limiter has no slots at present, but had: those that are out come home, so that they are there when it has slots again. Who
    /// releases may have taken none, as
    /// there were none to take.
    /// </summary>
    private static void ReleaseFormer(TicketSemaphore former, int permits)
    {
        int home = (int)Math.Min(permits, former.GetMetrics().CurrentConcurrent);
        if (home == 0)
        {
            return;
        }

        try
        {
            former.Engine.Release(home);
        }
        catch (SemaphoreFullException)
        {
            // Another one has brought them home meanwhile.
        }
    }

    private static void UndoSlots(NamedPlan plan, int permits, in Permit slots)
    {
        if (slots.Record is not null)
        {
            plan.Slots!.Engine.Undo(slots);
        }
        else
        {
            plan.Slots!.Engine.Undo(plan.SlotsFor(permits));
        }
    }

    /// <summary>Gives a permit's record back without its slots.</summary>
    private static void Forget(in Permit permit)
    {
        permit.Record!.Close(permit.Stamp, permit.Permits, out bool last);
        if (last)
        {
            TicketRecords.Return(permit.Record);
        }
    }

    private void ReturnToRate(in Permit permit, int permits, bool undo)
    {
        long stamp = permit.Stamp;
        if (permit.Record is { } record)
        {
            // Its slots given back, the record may be another permit's already, which is why it is asked afterwards.
            stamp = Volatile.Read(ref record.Booking);
            if (record.Remaining(permit.Stamp) == 0)
            {
                return;
            }
        }

        if (!TryEnter(out NamedPlan plan))
        {
            return;
        }

        try
        {
            // What was booked in a part that is gone may have been forgotten since: given back now, it could be had twice.
            if (plan.Rate is not { } rate || !plan.TryGetBooking(stamp, out long booking))
            {
                return;
            }

            Permit part = new(rate.Engine, permit.Permits, booking, null);
            if (undo)
            {
                rate.Engine.Undo(part);
            }
            else
            {
                rate.Engine.Refund(part, permits);
            }
        }
        finally
        {
            PlanCell<NamedPlan, TAtomics>.Leave();
        }
    }
}
