using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;
using RateSync.Fast.State;

namespace RateSync.Fast.Named;

/// <summary>
/// The part of a named limiter that plain calls go to without saying that they are under way: its own words say when it is not to be used.
/// </summary>
/// <typeparam name="TAtomics">The machine's atomics, or the explorer's.</typeparam>
internal struct DirectPart<TAtomics>
    where TAtomics : struct, IAtomics
{
    private Limiter? _part;

    public void Set(Limiter? part) => TAtomics.StoreRelease(ref _part, part);

    /// <summary>A plain call.</summary>
    /// <param name="engine">Where it goes otherwise; by reference, as it is seldom looked at.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(in NamedEngine<TAtomics> engine)
    {
        Limiter? part = TAtomics.LoadAcquire(ref _part);
        if (part is not null)
        {
            if (part.TryAcquire())
            {
                return true;
            }

            // ORDER: acquire, after the part's words were read. PAIRS: Change, which takes the part away from here before it freezes it.
            // ELSE: a refusal by a
            // part that is frozen because its permits have moved elsewhere would be taken for an answer.
            if (ReferenceEquals(part, TAtomics.LoadAcquire(ref _part)) || TAtomics.Has(Defect.RefusedByFrozenPart))
            {
                return false;
            }
        }

        return engine.TryTake(1);
    }
}
