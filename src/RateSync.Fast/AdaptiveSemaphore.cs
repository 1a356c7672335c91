using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Time;

namespace RateSync.Fast;

/// <summary>
/// A <see cref="TicketSemaphore"/> that finds its number of slots by itself, from how long the work takes: as many as the
/// server behind it can serve at once without making requests queue, and fewer as soon as it gets slower.
/// </summary>
/// <remarks>
/// Latency is measured from when a <see cref="Permit"/> is granted to when it is disposed. Slots that are taken without a permit are
/// counted, but tell nothing, unless <see cref="Observe"/> is called for them.
/// </remarks>
public sealed class AdaptiveSemaphore : Limiter
{
    private readonly TicketGate<InterlockedAtomics> _gate;
    private readonly LatencyObserver _observer;
    private readonly Clock _clock;

    /// <summary>Makes a semaphore with its initial number of slots free.</summary>
    /// <param name="options">Everything that it can be told; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number out of range.</exception>
    public AdaptiveSemaphore(AdaptiveSemaphoreOptions? options = null, TimeProvider? timeProvider = null)
        : base(options?.Id)
    {
        options ??= AdaptiveSemaphoreOptions.Default;
        options.Validate();
        _clock = new Clock(timeProvider);
        _gate = new(options.Initial, shards: 0, options.QueueLimit);
        _observer = new LatencyObserver(SetLimit, options, _clock);
        Use(new TicketEngine<InterlockedAtomics>(this, _gate, _clock, options.MaxConcurrent, _observer));
    }

    /// <summary>Slots that there are now.</summary>
    public int CurrentLimit => (int)_gate.Max;

    /// <summary>Slots that are free now.</summary>
    public int Available => (int)_gate.CountFree();

    /// <inheritdoc/>
    public override bool TryAcquire() => _gate.TryEnter(ThreadSlot.Current);

    /// <summary>Reports how long a piece of work took that was done without a <see cref="Permit"/>.</summary>
    /// <param name="latency">How long it took.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public void Observe(TimeSpan latency)
    {
        Check.NotNegative(latency, nameof(latency));
        _observer.Add(_clock.ToTicks(latency), InFlight);
    }

    /// <summary>
    /// Reports that a piece of work failed for want of capacity, such as a timeout or a refusal by the server: the limit is lowered.
    /// </summary>
    public void ObserveDrop() => _observer.AddDrop(InFlight);

    private long InFlight => _gate.CountOut();

    private void SetLimit(long limit)
    {
        lock (_gate)
        {
            // Not while the semaphore is being disposed of.
            _gate.SetMax(limit);
        }
    }
}
