using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <summary>
/// The memory operations that every lock-free structure here is written against. Production closes them over
/// <see cref="InterlockedAtomics"/>, where each is one instruction; the interleaving tests close them over a scheduler
/// that explores every order in which threads can execute them, store buffers included.
/// </summary>
/// <remarks>
/// Names say the strength. A plain <see cref="Load(ref long)"/> or <see cref="Store(ref long, long)"/> orders nothing; a
/// 64-bit access is never torn. All read-modify-write operations are full fences.
/// </remarks>
internal interface IAtomics : IDefects
{
    static abstract long Load(ref long location);

    static abstract long LoadAcquire(ref long location);

    static abstract void Store(ref long location, long value);

    static abstract void StoreRelease(ref long location, long value);

    /// <summary>Returns the value seen before; equal to <paramref name="comparand"/> exactly when the exchange happened.</summary>
    static abstract long CompareExchange(ref long location, long value, long comparand);

    static abstract long Exchange(ref long location, long value);

    /// <summary>Returns the value after the addition.</summary>
    static abstract long Add(ref long location, long delta);

    static abstract T? LoadAcquire<T>(ref T? location) where T : class;

    static abstract void StoreRelease<T>(ref T? location, T? value) where T : class;

    static abstract T? CompareExchange<T>(ref T? location, T? value, T? comparand) where T : class;

    static abstract T? Exchange<T>(ref T? location, T? value) where T : class;

    /// <summary>A full fence on the calling thread.</summary>
    static abstract void Fence();

    /// <summary>
    /// A full fence on every running thread of the process. Costs microseconds; it lets the other side of a
    /// store-then-load handshake do without a fence of its own.
    /// </summary>
    static abstract void FenceAllThreads();

    /// <summary>One turn of a loop that waits for others. Whoever waits looks again afterwards.</summary>
    /// <param name="wait">How long it has waited.</param>
    /// <param name="isOver">What it waits for, as far as can be told without side effects. Only the explorer asks.</param>
    static virtual void Pause(ref SpinWait wait, Func<bool> isOver) => wait.SpinOnce(sleep1Threshold: 50);

    /// <summary>Takes a lock; those who hold it may do so again. Given back by <see cref="Exit"/>.</summary>
    static virtual void Enter(Lock gate) => gate.Enter();

    static virtual void Exit(Lock gate) => gate.Exit();

    /// <summary>
    /// Which core's shard a thread should use: the core it ran on lately. Any answer is correct; a good one keeps cores apart.
    /// </summary>
    /// <param name="slot">The calling thread's slot.</param>
    static abstract uint Core(uint slot);
}
