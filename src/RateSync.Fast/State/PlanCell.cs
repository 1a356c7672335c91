using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <summary>
/// Holds what calls work by, and lets it be exchanged under their hands: who has entered finds the plan and its parts as they are until it
/// leaves.
/// </summary>
/// <remarks>
/// A change has four steps, one change at a time: <see cref="Close"/>, from when on nobody enters; <see cref="AwaitCalls"/>, from when on
/// nobody is in the
/// old plan; then what is booked in the old parts is moved, undisturbed; then <see cref="Open"/>. Entering and leaving are plain stores,
/// see <see cref="Era"/>; the changer pays for all.
/// A mutable struct: must not be readonly.
/// </remarks>
/// <typeparam name="TPlan">The plan.</typeparam>
/// <typeparam name="TAtomics">The machine's atomics, or the explorer's.</typeparam>
/// <param name="plan">The first plan.</param>
internal struct PlanCell<TPlan, TAtomics>(TPlan plan)
    where TPlan : ChangeablePlan
    where TAtomics : struct, IAtomics
{
    private TPlan? _plan = plan;

    /// <summary>The present plan, ready or not: to be looked at, not to be worked by.</summary>
    public TPlan Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TAtomics.LoadAcquire(ref _plan)!;
    }

    /// <summary>Begins a call, which <see cref="Leave"/> ends.</summary>
    /// <param name="plan">What to work by until then.</param>
    /// <returns>False if the plan is not ready: then nothing has begun.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnter(out TPlan plan)
    {
        if (TAtomics.Has(Defect.PlanReadOutsideEra))
        {
            plan = TAtomics.LoadAcquire(ref _plan)!;
            Era.Enter<TAtomics>();
        }
        else
        {
            Era.Enter<TAtomics>();

            // ORDER: none but the era's. PAIRS: Close, which publishes a plan that is not ready and then puts a fence on all threads.
            // ELSE: a call could use parts whose state has been moved elsewhere.
            plan = TAtomics.LoadAcquire(ref _plan)!;
        }

        if (plan.IsReady)
        {
            return true;
        }

        Era.Leave<TAtomics>();
        return false;
    }

    /// <summary>Ends a call: it uses neither the plan nor its parts any more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Leave() => Era.Leave<TAtomics>();

    /// <summary>Lets nobody enter any more. To be followed by <see cref="AwaitCalls"/>.</summary>
    /// <param name="closed">What is found meanwhile; not ready.</param>
    public void Close(TPlan closed) =>

        // ORDER: release; then the wait, which puts a fence on all threads, so that a call is either waited for or sees this plan. PAIRS:
        // TryEnter.
        // ELSE: a call could take permits from a part after they were counted and moved.
        TAtomics.StoreRelease(ref _plan, closed);

    /// <summary>Waits until those who have entered are gone. Not from within a call.</summary>
    public static void AwaitCalls()
    {
        if (!TAtomics.Has(Defect.ChangedWithoutGrace))
        {
            Era.AwaitOthers<TAtomics>();
        }
    }

    /// <summary>Lets calls in, by another plan or by what they find while they look for what has been left behind.</summary>
    /// <param name="next">The plan, with its parts as they are to be found.</param>
    public void Open(TPlan next) =>

        // ORDER: release. PAIRS: TryEnter. ELSE: a call could use parts that have not inherited yet.
        TAtomics.StoreRelease(ref _plan, next);
}
