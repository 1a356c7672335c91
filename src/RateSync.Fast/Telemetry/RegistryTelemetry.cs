using System.Diagnostics.Metrics;

namespace RateSync.Fast.Telemetry;

/// <summary>What a registry counts: how often its configuration was read again, and with what result.</summary>
internal sealed class RegistryTelemetry : IDisposable
{
    /// <summary>Name of the meter that everything in here is counted by.</summary>
    public const string MeterName = "RateSync.Fast";

    private readonly Meter _meter;
    private readonly bool _isOwn;
    private readonly Counter<long> _reloads;

    public RegistryTelemetry(IMeterFactory? factory)
    {
        // A factory disposes of what it has made.
        _isOwn = factory is null;
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _reloads = _meter.CreateCounter<long>(
            "ratesync.configuration.reloads", "{reload}", "Configuration files read again, by whether they now hold.");
    }

    public void Reloaded(bool succeeded) =>
        _reloads.Add(1, new KeyValuePair<string, object?>("ratesync.result", succeeded ? "applied" : "refused"));

    public void Dispose()
    {
        if (_isOwn)
        {
            _meter.Dispose();
        }
    }
}
