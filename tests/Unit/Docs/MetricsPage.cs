using System.Diagnostics.Metrics;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Docs;

/// <summary>docs/metrics.md says what a listener of the meter hears: each instrument, its unit, kind and tags, and no others.</summary>
public sealed class MetricsPage : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ratesync").FullName;
    private readonly ManualClock _clock = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void It_has_a_row_for_each_instrument_and_an_instrument_for_each_row()
    {
        string[] rows = [.. File.ReadAllLines(Repository.PathTo("docs", "metrics.md"))
            .Where(static line => line.StartsWith("| `ratesync.", StringComparison.Ordinal))
            .Select(static line => string.Join(" | ", line.Split('|', StringSplitOptions.TrimEntries)[1..5]))];
        Assert.Equal(rows.Order(StringComparer.Ordinal), Heard().Order(StringComparer.Ordinal));
    }

    /// <summary>Uses limiters, and changes their file, so that every instrument has something to tell.</summary>
    private string[] Heard()
    {
        string path = Path.Combine(_directory, "rate-sync.toml");
        File.WriteAllText(path, "[limiters.api]\nrate_per_second = 1\n");
        using Factory factory = new();
        Dictionary<Instrument, string> heard = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
            {
                Assert.Equal("RateSync.Fast", instrument.Meter.Name);
                Assert.False(string.IsNullOrEmpty(instrument.Description));
                heard[instrument] = "";
                it.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => heard[instrument] = Row(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => heard[instrument] = Row(instrument, tags));
        listener.Start();
        using LimiterRegistry registry = new(new LimiterRegistryOptions { ConfigurationPath = path, TimeProvider = _clock, MeterFactory = factory });
        registry.ConfigureLimiter("other", new LimiterOptions { MaxConcurrent = 1 });
        Assert.True(registry.TryAcquire("api"));
        File.WriteAllText(path, "[limiters.api]\nrate_per_second = 2000\n");
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        listener.RecordObservableInstruments();
        return [.. heard.Values];
    }

    private static string Row(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string type = instrument.GetType().Name;
        string kind = type.Contains("UpDown", StringComparison.Ordinal) ? "up-down counter"
            : type.Contains("Counter", StringComparison.Ordinal) ? "counter"
            : type.Contains("Gauge", StringComparison.Ordinal) ? "gauge"
            : type;
        return $"`{instrument.Name}` | `{instrument.Unit}` | {kind} | {string.Join(", ", tags.ToArray().Select(static tag => $"`{tag.Key}`"))}";
    }

    private sealed class Factory : IMeterFactory
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
