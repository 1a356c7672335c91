using System.Runtime.CompilerServices;
using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Time;

namespace RateSync.Fast;

/// <summary>
/// A limit on how much goes on at once: so many slots, taken and given back, first come, first served. Lock-free: entering
/// and leaving a free semaphore is one interlocked operation each.
/// </summary>
/// <remarks>
/// After N. Koval, D. Khalanskiy and D. Alistarh, "CQS: A Formally-Verified Framework for Fair and Abortable Synchronization",
/// PLDI 2023. Cancelling a wait neither loses a slot nor wakes the wrong waiter, and costs whoever gives a slot back nothing.
/// </remarks>
public sealed class TicketSemaphore : Limiter
{
    private readonly TicketGate<InterlockedAtomics> _gate;
    private readonly TicketEngine<InterlockedAtomics> _engine;

    /// <summary>Makes a semaphore with all slots free.</summary>
    /// <param name="maxConcurrent">Slots, from 1.</param>
    /// <param name="options">Everything else; null for the defaults.</param>
    /// <param name="timeProvider">The clock for timeouts; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number out of range.</exception>
    public TicketSemaphore(int maxConcurrent, TicketSemaphoreOptions? options = null, TimeProvider? timeProvider = null)
        : base(options?.Id)
    {
        Check.AtLeast(maxConcurrent, 1, nameof(maxConcurrent));
        options ??= TicketSemaphoreOptions.Default;
        options.Validate();
        int shards = options.Sharding == Sharding.Auto
            ? TicketGate<InterlockedAtomics>.ShardsFor(maxConcurrent, Environment.ProcessorCount)
            : 0;
        _gate = new(maxConcurrent, shards, options.QueueLimit);
        _engine = new(this, _gate, new Clock(timeProvider));
        Use(_engine);
    }

    /// <summary>Slots.</summary>
    public int MaxConcurrent => (int)Limit;

    /// <summary>Slots that are free now.</summary>
    public int Available => (int)_gate.CountFree();

    internal TicketGate<InterlockedAtomics> Gate => _gate;

    /// <summary>
    /// Takes a slot if one is free and nobody waits. The cheapest way in and out: whoever got one must call <see cref="Exit"/>
    /// exactly once.
    /// </summary>
    /// <returns>Whether it was taken.</returns>
    /// <exception cref="ObjectDisposedException">The semaphore has been disposed of.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnter() => _gate.TryEnter(ThreadSlot.Current);

    /// <summary>Gives a slot back that <see cref="TryEnter()"/> took, to the first waiter if there is one. On any thread.</summary>
    /// <exception cref="SemaphoreFullException">
    /// More slots were given back than had been taken. A large semaphore, whose free slots lie with the cores, cannot always
    /// tell; a <see cref="Permit"/> makes the mistake impossible.
    /// </exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit() => _gate.Exit(ThreadSlot.Current);

    /// <summary>
    /// Takes a slot if one is free and nobody waits, as a permit that gives it back once, however often it is copied and
    /// disposed.
    /// </summary>
    /// <param name="permit">The slot; empty if there was none.</param>
    /// <returns>Whether it was taken.</returns>
    /// <exception cref="ObjectDisposedException">The semaphore has been disposed of.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnter(out Permit permit)
    {
        if (_gate.TryEnter(ThreadSlot.Current))
        {
            permit = _engine.PermitFor(1, 0);
            return true;
        }

        permit = default;
        return false;
    }

    /// <summary>
    /// Changes the number of slots. Who is inside stays: a lower number takes effect as slots are given back, a higher one lets waiters in
    /// at once. Whoever already waits for more than there are from now on waits until there are more again.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The semaphore has been disposed of.</exception>
    internal void Resize(int maxConcurrent)
    {
        Check.AtLeast(maxConcurrent, 1, nameof(maxConcurrent));
        ObjectDisposedException.ThrowIf(_gate.IsDisposed, this);
        _engine.Resize(maxConcurrent);
    }

    /// <inheritdoc/>
    public override bool TryAcquire() => _gate.TryEnter(ThreadSlot.Current);
}
