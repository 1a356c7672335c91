using RateSync.Fast.Algorithms;
using RateSync.Fast.State;

namespace RateSync.Fast.Tests.Property.Waiting;

/// <summary>The machine's own atomics, with one mistake switched on.</summary>
internal readonly struct DefectiveAtomics<TDefect> : IAtomics
    where TDefect : struct, IOneDefect
{
    public static bool Has(Defect defect) => defect == TDefect.Defect;

    public static long Load(ref long location) => InterlockedAtomics.Load(ref location);

    public static long LoadAcquire(ref long location) => InterlockedAtomics.LoadAcquire(ref location);

    public static void Store(ref long location, long value) => InterlockedAtomics.Store(ref location, value);

    public static void StoreRelease(ref long location, long value) => InterlockedAtomics.StoreRelease(ref location, value);

    public static long CompareExchange(ref long location, long value, long comparand) =>
        InterlockedAtomics.CompareExchange(ref location, value, comparand);

    public static long Exchange(ref long location, long value) => InterlockedAtomics.Exchange(ref location, value);

    public static long Add(ref long location, long delta) => InterlockedAtomics.Add(ref location, delta);

    public static T? LoadAcquire<T>(ref T? location)
        where T : class => InterlockedAtomics.LoadAcquire(ref location);

    public static void StoreRelease<T>(ref T? location, T? value)
        where T : class => InterlockedAtomics.StoreRelease(ref location, value);

    public static T? CompareExchange<T>(ref T? location, T? value, T? comparand)
        where T : class => InterlockedAtomics.CompareExchange(ref location, value, comparand);

    public static T? Exchange<T>(ref T? location, T? value)
        where T : class => InterlockedAtomics.Exchange(ref location, value);

    public static void Fence() => InterlockedAtomics.Fence();

    public static void FenceAllThreads() => InterlockedAtomics.FenceAllThreads();

    public static uint Core(uint slot) => InterlockedAtomics.Core(slot);
}
