using System.Diagnostics.Metrics;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Named;

public sealed class RegistryMetricsTests
{
    [Fact]
    public void A_listener_sees_how_each_limiter_stands()
    {
        using MeterFactory factory = new();
        using LimiterRegistry registry = new(new LimiterRegistryOptions { AutoLoad = false, TimeProvider = new ManualClock(), MeterFactory = factory });
        registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1, Burst = 3 });
        registry.ConfigureLimiter("db", new LimiterOptions { MaxConcurrent = 2 });
        registry.ConfigureLimiter("watched", new LimiterOptions { RatePerSecond = 1, Shadow = true });
        for (int i = 0; i < 5; i++)
        {
            registry.TryAcquire("api");
            registry.TryAcquire("watched");
        }

        registry.TryAcquire("db");
        Dictionary<(string Name, string Limiter), double> seen = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Scope == factory)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen[(instrument.Name, (string)tags[0].Value!)] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen[(instrument.Name, (string)tags[0].Value!)] = value);
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal(3, seen[("ratesync.acquisitions", "api")]);
        Assert.Equal(2, seen[("ratesync.refusals", "api")]);
        Assert.Equal(4, seen[("ratesync.shadow_refusals", "watched")]);
        Assert.Equal(1, seen[("ratesync.concurrent", "db")]);
        Assert.Equal(0, seen[("ratesync.declared_excess", "api")]);
        Assert.Equal(double.PositiveInfinity, seen[("ratesync.declared_excess", "watched")]);
    }

    private sealed class MeterFactory : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            Meter meter = new(options);
            _meters.Add(meter);
            return meter;
        }

        public void Dispose() => _meters.ForEach(static meter => meter.Dispose());
    }
}
