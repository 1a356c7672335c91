using RateSync.Fast.Algorithms;
using RateSync.Fast.Time;

namespace RateSync.Fast.Engine;

/// <summary>Adds up latencies over a window and moves the limit at its end.</summary>
internal sealed class LatencyObserver
{
    private readonly Action<long> _apply;
    private readonly AdaptiveSemaphoreOptions _options;
    private readonly AdaptiveTerms _terms;
    private readonly Clock _clock;
    private readonly long _windowTicks;

    // A lock, entered once per window by whoever finishes it; others pass by.
    private readonly Lock _gate = new();
    private ConcurrencyEstimate _estimate;
    private long _windowEnd;
    private long _sum;
    private long _samples;
    private long _maxInFlight;
    private long _drops;

    public LatencyObserver(Action<long> apply, AdaptiveSemaphoreOptions options, Clock clock)
    {
        _apply = apply;
        _options = options;
        _clock = clock;
        _windowTicks = Math.Max(1, clock.ToTicks(options.Window));
        _windowEnd = clock.Now() + _windowTicks;
        _estimate = ConcurrencyEstimate.Start(options.Initial);
        _terms = new AdaptiveTerms(
            options.MinConcurrent,
            options.MaxConcurrent,
            options.Backoff,
            options.Tolerance,
            clock.ToTicks(options.TargetLatency),
            options.ProbeEvery);
    }

    public long Now() => _clock.Now();

    public void Add(long latency, long inFlight)
    {
        Interlocked.Add(ref _sum, latency);
        Interlocked.Increment(ref _samples);
        NoteInFlight(inFlight);
        EndWindowIfDue();
    }

    public void AddDrop(long inFlight)
    {
        Interlocked.Increment(ref _drops);
        NoteInFlight(inFlight);
        EndWindowIfDue();
    }

    private void NoteInFlight(long inFlight)
    {
        // Not exact under races, which only makes the most a little less.
        if (inFlight > Volatile.Read(ref _maxInFlight))
        {
            Volatile.Write(ref _maxInFlight, inFlight);
        }
    }

    private void EndWindowIfDue()
    {
        long now = _clock.Now();
        if (now < Volatile.Read(ref _windowEnd)
            || Volatile.Read(ref _samples) + Volatile.Read(ref _drops) < _options.MinSamples
            || !_gate.TryEnter())
        {
            return;
        }

        try
        {
            long samples = Interlocked.Exchange(ref _samples, 0);
            long sum = Interlocked.Exchange(ref _sum, 0);
            long drops = Interlocked.Exchange(ref _drops, 0);
            long maxInFlight = Interlocked.Exchange(ref _maxInFlight, 0);
            if (samples + drops == 0)
            {
                return;
            }

            LatencyWindow window = new(samples == 0 ? double.PositiveInfinity : (double)sum / samples, maxInFlight, drops > 0);
            _estimate = _options.Algorithm == AdaptiveAlgorithm.Gradient
                ? _estimate.Gradient(window, _terms)
                : _estimate.Aimd(window, _terms);
            Volatile.Write(ref _windowEnd, now + _windowTicks);
            _apply(_estimate.Applied(_terms));
        }
        finally
        {
            _gate.Exit();
        }
    }
}
