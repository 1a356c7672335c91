using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <summary>The machine's own atomics.</summary>
internal readonly struct InterlockedAtomics : IAtomics
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Has(Defect defect) => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Load(ref long location) => location;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long LoadAcquire(ref long location) => Volatile.Read(ref location);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref long location, long value) => location = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRelease(ref long location, long value) => Volatile.Write(ref location, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long CompareExchange(ref long location, long value, long comparand) =>
        Interlocked.CompareExchange(ref location, value, comparand);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Exchange(ref long location, long value) => Interlocked.Exchange(ref location, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Add(ref long location, long delta) => Interlocked.Add(ref location, delta);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T? LoadAcquire<T>(ref T? location) where T : class => Volatile.Read(ref location);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRelease<T>(ref T? location, T? value) where T : class => Volatile.Write(ref location, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T? CompareExchange<T>(ref T? location, T? value, T? comparand) where T : class =>
        Interlocked.CompareExchange(ref location, value, comparand);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T? Exchange<T>(ref T? location, T? value) where T : class => Interlocked.Exchange(ref location, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fence() => Interlocked.MemoryBarrier();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FenceAllThreads() => Interlocked.MemoryBarrierProcessWide();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Core(uint slot) => ThreadSlot.Core;
}
