using RateSync.Fast.Algorithms;
using RateSync.Fast.State;

namespace RateSync.Fast.Tests.Property.Regressions;

/// <summary>The machine's own atomics, each of which lets an <see cref="Interruption"/> of the calling thread in before it.</summary>
internal readonly struct InterruptedAtomics : IAtomics
{
    public static bool Has(Defect defect) => false;

    public static long Load(ref long location)
    {
        Interruption.Step();
        return InterlockedAtomics.Load(ref location);
    }

    public static long LoadAcquire(ref long location)
    {
        Interruption.Step();
        return InterlockedAtomics.LoadAcquire(ref location);
    }

    public static void Store(ref long location, long value)
    {
        Interruption.Step();
        InterlockedAtomics.Store(ref location, value);
    }

    public static void StoreRelease(ref long location, long value)
    {
        Interruption.Step();
        InterlockedAtomics.StoreRelease(ref location, value);
    }

    public static long CompareExchange(ref long location, long value, long comparand)
    {
        Interruption.Step();
        return InterlockedAtomics.CompareExchange(ref location, value, comparand);
    }

    public static long Exchange(ref long location, long value)
    {
        Interruption.Step();
        return InterlockedAtomics.Exchange(ref location, value);
    }

    public static long Add(ref long location, long delta)
    {
        Interruption.Step();
        return InterlockedAtomics.Add(ref location, delta);
    }

    public static T? LoadAcquire<T>(ref T? location)
        where T : class
    {
        Interruption.Step();
        return InterlockedAtomics.LoadAcquire(ref location);
    }

    public static void StoreRelease<T>(ref T? location, T? value)
        where T : class
    {
        Interruption.Step();
        InterlockedAtomics.StoreRelease(ref location, value);
    }

    public static T? CompareExchange<T>(ref T? location, T? value, T? comparand)
        where T : class
    {
        Interruption.Step();
        return InterlockedAtomics.CompareExchange(ref location, value, comparand);
    }

    public static T? Exchange<T>(ref T? location, T? value)
        where T : class
    {
        Interruption.Step();
        return InterlockedAtomics.Exchange(ref location, value);
    }

    public static void Fence()
    {
        Interruption.Step();
        InterlockedAtomics.Fence();
    }

    public static void FenceAllThreads()
    {
        Interruption.Step();
        InterlockedAtomics.FenceAllThreads();
    }

    public static uint Core(uint slot) => InterlockedAtomics.Core(slot);
}
