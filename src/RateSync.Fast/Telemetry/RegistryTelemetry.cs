using System.Diagnostics.Metrics;

namespace RateSync.Fast.Telemetry;

/// <summary>
/// What a registry shows to whoever listens to its meter: how each limiter stands and what it has done, read when asked for, and how often the
/// configuration was read again, and with what result.
/// </summary>
internal sealed class RegistryTelemetry : IDisposable
{
    /// <summary>Name of the meter that everything in here is counted by.</summary>
    public const string MeterName = "RateSync.Fast";

    private const string LimiterTag = "ratesync.limiter";

    private readonly Meter _meter;
    private readonly bool _isOwn;
    private readonly Counter<long> _reloads;
    private readonly Func<IEnumerable<Limiter>> _limiters;
    private volatile bool _disposed;

    /// <param name="factory">Makes the meter; null for one of its own.</param>
    /// <param name="limiters">The limiters that there are now.</param>
    public RegistryTelemetry(IMeterFactory? factory, Func<IEnumerable<Limiter>> limiters)
    {
        // A factory disposes of what it has made.
        _isOwn = factory is null;
        _limiters = limiters;
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _reloads = _meter.CreateCounter<long>(
            "ratesync.configuration.reloads", "{reload}", "Configuration files read again, by whether they now hold.");
        Count("ratesync.acquisitions", "{call}", "Calls that were granted.", static m => m.TotalAcquisitions);
        Count("ratesync.permits", "{permit}", "Permits that were granted.", static m => m.TotalPermits);
        Count("ratesync.refusals", "{call}", "Calls that were refused.", static m => m.Refusals);
        Count("ratesync.shadow_refusals", "{call}", "Calls that would have been refused but for shadow mode.", static m => m.ShadowRefusals);
        Count("ratesync.waits", "{call}", "Granted calls that had to wait.", static m => m.TotalWaits);
        Count("ratesync.timeouts", "{call}", "Calls that gave up waiting.", static m => m.Timeouts);
        _meter.CreateObservableCounter(
            "ratesync.wait.time", () => Read(static l => l.GetMetrics().TotalWaitTimeMs / 1000), "s", "Time that granted calls have waited.");
        Level("ratesync.waiting", "{call}", "Calls that wait now.", static m => m.Waiting);
        Level("ratesync.concurrent", "{slot}", "Slots that are taken now.", static m => m.CurrentConcurrent);
        _meter.CreateObservableGauge(
            "ratesync.declared_excess",
            () => Read(static l => l.DeclaredExcess),
            "{permit}",
            "Permits beyond its limit that a limiter can grant in the worst interval of its window's length; 0 is strict.");
    }

    public void Reloaded(bool succeeded) =>
        _reloads.Add(1, new KeyValuePair<string, object?>("ratesync.result", succeeded ? "applied" : "refused"));

    public void Dispose()
    {
        _disposed = true;
        if (_isOwn)
        {
            _meter.Dispose();
        }
    }

    private void Count(string name, string unit, string description, Func<LimiterMetrics, long> figure) =>
        _meter.CreateObservableCounter(name, () => Read(limiter => figure(limiter.GetMetrics())), unit, description);

    private void Level(string name, string unit, string description, Func<LimiterMetrics, long> figure) =>
        _meter.CreateObservableUpDownCounter(name, () => Read(limiter => figure(limiter.GetMetrics())), unit, description);

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
