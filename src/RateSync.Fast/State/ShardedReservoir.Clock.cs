using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

internal sealed partial class ShardedReservoir<TReservoir, TAtomics>
{
    /// <summary>A caller's clock may throw, and must not do so for the first time while tokens are in the caller's hands.</summary>
    private long NowIfItMayThrow() => _clock.IsSystem ? 0 : Now();

    /// <summary>The time while tokens are in the caller's hands; if a caller's clock throws, it stands where it was before.</summary>
    private long NowOr(long before)
    {
        if (_clock.IsSystem)
        {
            return Now();
        }

        try
        {
            return Now();
        }
        catch (Exception)
        {
            return before;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Now() => TAtomics.Has(Defect.WallClockIsTime) ? _clock.WallNow() : _clock.Now();
}
