using System.Diagnostics.Metrics;

namespace RateSync.Fast.Tests.Unit.Named;

/// <summary>
/// The registry of the process makes its instruments when something is configured or, if a file is found at the first use, right after
/// that.
/// </summary>
public sealed class LateMeterTests
{
    [Fact]
    public void Whoever_configures_has_instruments_at_once()
    {
        using LimiterRegistry registry = new(new LimiterRegistryOptions { AutoLoad = false }, meterLater: true);
        registry.ConfigureLimiter("late-by-code", new LimiterOptions { MaxConcurrent = 1 });
        registry.TryAcquire("late-by-code");
        using MeterListener listener = Listener(static () => { });
        listener.Start();
        Assert.True(Sees(listener, "late-by-code"));
    }

    [Fact]
    public async Task The_first_use_of_a_file_is_followed_by_instruments()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "[limiters.late-by-file]\nmax_concurrent = 1\n", TestContext.Current.CancellationToken);
            SemaphoreSlim published = new(0);
            using LimiterRegistry registry = new(new LimiterRegistryOptions { ConfigurationPath = file }, meterLater: true);
            using MeterListener listener = Listener(() => published.Release());
            listener.Start();
            Assert.True(registry.TryAcquire("late-by-file"));
            while (!Sees(listener, "late-by-file"))
            {
                // Registries of other tests publish theirs, too.
                Assert.True(await published.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_listener_may_use_the_registry_when_it_hears_of_an_instrument()
    {
        LimiterRegistry? registry = null;
        int heard = 0;
        int thread = Environment.CurrentManagedThreadId;
        using MeterListener listener = Listener(() =>
        {
            // Not of those of other tests.
            if (registry is not null && Environment.CurrentManagedThreadId == thread)
            {
                heard++;
                registry.ConfigureLimiter("made-meanwhile", new LimiterOptions { MaxConcurrent = 1 });
            }
        });
        listener.Start();
        using (registry = new LimiterRegistry(new LimiterRegistryOptions { AutoLoad = false }, meterLater: true))
        {
            registry.ConfigureLimiter("heard-of", new LimiterOptions { MaxConcurrent = 1 });
            Assert.Equal(1, heard);
            Assert.Equal(2, registry.ListLimiters().Count);
        }
    }

    [Fact]
    public void A_registry_that_is_gone_makes_no_instruments_any_more()
    {
        using MeterListener listener = Listener(static () => { });
        LimiterRegistry registry = new(new LimiterRegistryOptions { AutoLoad = false }, meterLater: true);
        Assert.False(registry.TryGetLimiter("gone", out _));
        registry.Dispose();
        registry.Dispose();
        Assert.Throws<ObjectDisposedException>(() => registry.ConfigureLimiter("gone", new LimiterOptions { MaxConcurrent = 1 }));
        listener.Start();
        Assert.False(Sees(listener, "gone"));
    }

    private static MeterListener Listener(Action published) => new()
    {
        InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Name: "ratesync.acquisitions", Meter.Name: "RateSync.Fast" })
            {
                listener.EnableMeasurementEvents(instrument);
                published();
            }
        },
    };

    /// <summary>Whether what a limiter has done can be read.</summary>
    private static bool Sees(MeterListener listener, string limiter)
    {
        bool seen = false;
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => seen |= tags.Length > 0 && Equals(tags[0].Value, limiter));
        listener.RecordObservableInstruments();
        return seen;
    }
}
