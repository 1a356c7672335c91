namespace RateSync.Fast.Named;

/// <content>Shadow mode: deciding and counting without ever refusing.</content>
internal sealed partial class NamedEngine<TAtomics>
{
    private long _shadowRefusals;

    // Slots that were granted in shadow, and not as a permit: the next releases are theirs.
    private long _shadowSlots;

    private Permit GrantInShadow(NamedPlan plan, int permits, bool wantPermit)
    {
        Interlocked.Increment(ref _shadowRefusals);
        if (wantPermit)
        {
            return new Permit(this, permits, ShadowStamp, null);
        }

        if (plan.Slots is not null)
        {
            Interlocked.Add(ref _shadowSlots, plan.SlotsFor(permits));
        }

        return default;
    }

    /// <summary>Takes up to so many off what was granted in shadow.</summary>
    private int TakeShadowSlots(NamedPlan plan, int permits)
    {
        long shadows = Volatile.Read(ref _shadowSlots);
        while (shadows > 0 && plan.Slots is not null)
        {
            long taken = Math.Min(shadows, permits);
            long seen = Interlocked.CompareExchange(ref _shadowSlots, shadows - taken, shadows);
            if (seen == shadows)
            {
                return (int)taken;
            }

            shadows = seen;
        }

        return 0;
    }
}
