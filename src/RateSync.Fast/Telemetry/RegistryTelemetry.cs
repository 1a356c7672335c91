using System.Diagnostics.Metrics;

namespace RateSync.Fast.Telemetry;

/// <summary>
/// What a registry shows to whoever listens to its meter: how each limiter stands and what it has done, read when asked for, and how often
/// the configuration was read again, and with what result.
/// </summary>
internal sealed class RegistryTelemetry : IDisposable
{
    /// <summary>Name of the meter that everything in here is counted by.</summary>
    public const string MeterName = "RateSync.Fast";

    private const string LimiterTag = "ratesync.limiter";
    private const int DelayMilliseconds = 20;

    // A lock: entered until there are instruments. Never within the registry's own: whoever hears of an instrument may use the registry.
    private readonly Lock _gate = new();
    private readonly LimiterRegistryOptions _options;
    private readonly Func<IEnumerable<Limiter>> _limiters;
    private Meter? _meter;
    private Counter<long>? _reloads;
    private volatile bool _begun;

    // Held here for as long as it runs, as nobody else holds it.
    private Timer? _later;
    private volatile bool _disposed;

    /// <param name="options">Where the meter comes from.</param>
    /// <param name="limiters">The limiters that there are now.</param>
    public RegistryTelemetry(LimiterRegistryOptions options, Func<IEnumerable<Limiter>> limiters)
    {
        _options = options;
        _limiters = limiters;
    }

    /// <summary>Makes the instruments, unless there are some.</summary>
    public void Begin()
    {
        if (_begun)
        {
            return;
        }

        lock (_gate)
        {
            // There is a meter without all its instruments where this is called by somebody who has just heard of one of them.
            if (_meter is null && !_disposed)
            {
                _later?.Dispose();
                Make(_meter = _options.MeterFactory?.Create(MeterName) ?? new Meter(MeterName));
                _begun = true;
            }
        }
    }

    /// <summary>
    /// Makes the instruments on another thread, a moment later: they take as long as reading a file, and nobody who waits for a permit
    /// waits for them.
    /// </summary>
    public void BeginLater()
    {
        lock (_gate)
        {
            if (!_begun && !_disposed)
            {
                _later ??= new Timer(static telemetry => ((RegistryTelemetry)telemetry!).TryBegin(), this, DelayMilliseconds, Timeout.Infinite);
            }
        }
    }

    private void TryBegin()
    {
        try
        {
            Begin();
        }
        catch (Exception)
        {
            // A listener that throws when it hears of an instrument ends the call in which that is made, but not the process.
        }
    }

    private void Make(Meter meter)
    {
        _reloads = meter.CreateCounter<long>(
            "ratesync.configuration.reloads", "{reload}", "Configuration files read again, by whether they now hold.");
        Count(meter, "ratesync.acquisitions", "{call}", "Calls that were granted.", static m => m.TotalAcquisitions);
        Count(meter, "ratesync.permits", "{permit}", "Permits that were granted.", static m => m.TotalPermits);
        Count(meter, "ratesync.refusals", "{call}", "Calls that were refused.", static m => m.Refusals);
        Count(meter, "ratesync.shadow_refusals", "{call}", "Calls that would have been refused but for shadow mode.", static m => m.ShadowRefusals);
        Count(meter, "ratesync.waits", "{call}", "Granted calls that had to wait.", static m => m.TotalWaits);
        Count(meter, "ratesync.timeouts", "{call}", "Calls that gave up waiting.", static m => m.Timeouts);
        meter.CreateObservableCounter(
            "ratesync.wait.time", () => Read(static l => l.GetMetrics().TotalWaitTimeMs / 1000), "s", "Time that granted calls have waited.");
        Level(meter, "ratesync.waiting", "{call}", "Calls that wait now.", static m => m.Waiting);
        Level(meter, "ratesync.concurrent", "{slot}", "Slots that are taken now.", static m => m.CurrentConcurrent);
        meter.CreateObservableGauge(
            "ratesync.declared_excess",
            () => Read(static l => l.DeclaredExcess),
            "{permit}",
            "Permits beyond its limit that a limiter can grant in the worst interval of its window's length; 0 is strict.");
    }

    public void Reloaded(bool succeeded)
    {
        Begin();
        _reloads?.Add(1, new KeyValuePair<string, object?>("ratesync.result", succeeded ? "applied" : "refused"));
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _later?.Dispose();
            if (_options.MeterFactory is null)
            {
                // A factory disposes of what it has made.
                _meter?.Dispose();
            }
        }
    }

    private void Count(Meter meter, string name, string unit, string description, Func<LimiterMetrics, long> figure) =>
        meter.CreateObservableCounter(name, () => Read(limiter => figure(limiter.GetMetrics())), unit, description);

    private void Level(Meter meter, string name, string unit, string description, Func<LimiterMetrics, long> figure) =>
        meter.CreateObservableUpDownCounter(name, () => Read(limiter => figure(limiter.GetMetrics())), unit, description);

    private List<Measurement<T>> Read<T>(Func<Limiter, T> figure)
        where T : struct
    {
        List<Measurement<T>> all = [];
        foreach (Limiter limiter in _disposed ? [] : _limiters())
        {
            try
            {
                all.Add(new Measurement<T>(figure(limiter), new KeyValuePair<string, object?>(LimiterTag, limiter.Id)));
            }
            catch (Exception exception) when (exception is RateSyncException or ObjectDisposedException)
            {
                // Its store is not to be had, or it is being disposed of: there is nothing to tell.
            }
        }

        return all;
    }
}
