using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Time;

namespace RateSync.Fast.State;

internal sealed partial class ShardedReservoir<TReservoir, TAtomics>
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TakeInFlood(uint slot)
    {
        if (RefusesInFlood(slot))
        {
            return false;
        }

        return TakeWithoutLane(slot);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool RefusesInFloodApart(uint slot) => RefusesInFlood(slot);

    /// <summary>
    /// After a refusal for long, whether it is certainly too early still. Apart from the rest, so that a flood of refusals costs
    /// little.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool RefusesInFlood(uint slot)
    {
        // First of all in its callers: where the compiler takes a place for rare, it calls the clock through a helper that costs more than
        // the clock.
        if (CoarseClock.Now >= TAtomics.Load(ref _refusesUntil) || TAtomics.LoadAcquire(ref _disposed) != 0)
        {
            return false;
        }

        _tally.Refused(slot);
        return true;
    }

    /// <summary>
    /// The reservoir has refused for long: writes down until when nobody needs to ask it again. What is written holds until
    /// something is given back, as grants only make it later.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NoteLongRefusal()
    {
        long counter = CoarseClock.Now;
        long now = Now();
        Outcome view = _reservoir.Look(now);
        Description one = _reservoir.Describe(now, view, 1, below: 0);
        if (view.Armed != 0 || one.Missing == 0)
        {
            return;
        }

        // ORDER: the exchange is a full fence; then the reservoir is looked at again. PAIRS: Refund, which gives back first and
        // clears this after. ELSE: what was written could outlive permits that came back in between.
        TAtomics.Exchange(ref _refusesUntil, CoarseClock.TooEarlyUntil(counter, one.RetryTicks));
        view = _reservoir.Look(now);
        if (view.Armed != 0 || _reservoir.Describe(now, view, 1, below: 0).RetryTicks < one.RetryTicks)
        {
            TAtomics.StoreRelease(ref _refusesUntil, 0);
        }
    }
}
