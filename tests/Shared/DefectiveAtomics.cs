using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;
using RateSync.Fast.State;

namespace RateSync.Fast.Tests.Shared;

/// <summary>The machine's own atomics, with the mistakes switched on that <typeparamref name="TDefects"/> says.</summary>
internal readonly struct DefectiveAtomics<TDefects> : IAtomics
    where TDefects : struct, IDefects
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Has(Defect defect) => TDefects.Has(defect);

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
