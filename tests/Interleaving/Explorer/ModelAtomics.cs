using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;
using RateSync.Fast.State;

namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>
/// Atomics whose every operation is a transition that the explorer schedules. Outside an exploration, in constructors, in what runs
/// after the threads, and in invariants, they act on memory directly.
/// </summary>
internal readonly struct ModelAtomics : IAtomics
{
    // Per worker, so that explorations may run side by side.
    [ThreadStatic]
    private static Defect t_defect;

    [ThreadStatic]
    private static int t_cores;

    public static bool Has(Defect defect) => defect != Defect.None && defect == t_defect;

    public static long Load(ref long location) =>
        VirtualThread.Current is { } thread ? thread.Load(ref location, OpKind.Load) : location;

    public static long LoadAcquire(ref long location) =>
        VirtualThread.Current is { } thread ? thread.Load(ref location, OpKind.LoadAcquire) : location;

    public static void Store(ref long location, long value) => Store(ref location, value, OpKind.Store);

    public static void StoreRelease(ref long location, long value) => Store(ref location, value, OpKind.StoreRelease);

    public static long CompareExchange(ref long location, long value, long comparand) => VirtualThread.Current is { } thread
        ? thread.CompareExchange(ref location, value, comparand)
        : Interlocked.CompareExchange(ref location, value, comparand);

    public static long Exchange(ref long location, long value) =>
        VirtualThread.Current is { } thread ? thread.Exchange(ref location, value) : Interlocked.Exchange(ref location, value);

    public static long Add(ref long location, long delta) =>
        VirtualThread.Current is { } thread ? thread.Add(ref location, delta) : Interlocked.Add(ref location, delta);

    public static T? LoadAcquire<T>(ref T? location)
        where T : class => VirtualThread.Current is { } thread
        ? Unsafe.As<T?>(thread.Load(ref AsObject(ref location), OpKind.LoadAcquire))
        : location;

    public static void StoreRelease<T>(ref T? location, T? value)
        where T : class
    {
        if (VirtualThread.Current is { } thread)
        {
            thread.Store(ref AsObject(ref location), value, OpKind.StoreRelease);
        }
        else
        {
            location = value;
        }
    }

    public static T? CompareExchange<T>(ref T? location, T? value, T? comparand)
        where T : class => VirtualThread.Current is { } thread
        ? Unsafe.As<T?>(thread.CompareExchange(ref AsObject(ref location), value, comparand))
        : Interlocked.CompareExchange(ref location, value, comparand);

    public static T? Exchange<T>(ref T? location, T? value)
        where T : class => VirtualThread.Current is { } thread
        ? Unsafe.As<T?>(thread.Exchange(ref AsObject(ref location), value))
        : Interlocked.Exchange(ref location, value);

    public static void Fence() => VirtualThread.Current?.Fence();

    public static void FenceAllThreads() => VirtualThread.Current?.FenceAllThreads();

    public static void Pause(ref SpinWait wait, Func<bool> isOver) => Model.Await(isOver);

    public static void Enter(Lock gate)
    {
        if (VirtualThread.Current is { } thread)
        {
            ModelLock.Of(gate).Enter(thread);
        }
        else
        {
            gate.Enter();
        }
    }

    public static void Exit(Lock gate)
    {
        if (VirtualThread.Current is { } thread)
        {
            ModelLock.Of(gate).Exit(thread);
        }
        else
        {
            gate.Exit();
        }
    }

    public static uint Core(uint slot) =>
        t_cores == 0 ? slot : (uint)Model.Choose(t_cores);

    /// <summary>Sets what holds for the calling thread, a worker of an exploration.</summary>
    internal static void Configure(Defect defect, int cores)
    {
        t_defect = defect;
        t_cores = cores;
    }

    private static void Store(ref long location, long value, OpKind kind)
    {
        if (VirtualThread.Current is { } thread)
        {
            thread.Store(ref location, value, kind);
        }
        else
        {
            location = value;
        }
    }

    // Any reference location holds an object reference; the collector's write barrier does not ask for its static type.
    private static ref object? AsObject<T>(ref T? location)
        where T : class => ref Unsafe.As<T?, object?>(ref location);
}
