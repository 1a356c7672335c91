using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Named;

/// <summary>What a registry says when something cannot be done.</summary>
public sealed class MessageTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ratesync").FullName;
    private readonly ManualClock _clock = new();
    private readonly LimiterRegistry _registry;

    public MessageTests() => _registry = new LimiterRegistry(new LimiterRegistryOptions { AutoLoad = false, TimeProvider = _clock });

    public void Dispose()
    {
        _registry.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void A_file_that_a_variable_names_and_that_is_not_there_is_an_error_that_names_the_variable()
    {
        string path = Path.Combine(_directory, "gone.toml");
        using LimiterRegistry registry = new(new LimiterRegistryOptions
        {
            Environment = name => name == "RATE_SYNC_CONFIG" ? path : null,
        });
        ConfigurationException bad = Assert.Throws<ConfigurationException>(() => registry.TryAcquire("api"));
        Assert.Equal(
            $"{path}: The file does not exist. The environment variable RATE_SYNC_CONFIG names it: \"{path}\".", bad.Message);
        Assert.IsType<FileNotFoundException>(bad.InnerException?.InnerException);

        // It may come later.
        File.WriteAllText(path, "[limiters.api]\nrate_per_second = 1\n");
        Assert.True(registry.TryAcquire("api"));
    }

    [Fact]
    public void A_file_that_a_variable_names_and_that_does_not_hold_speaks_of_itself()
    {
        string path = Path.Combine(_directory, "bad.toml");
        File.WriteAllText(path, "[limiters.api]\nrate_per_second = 0\n");
        using LimiterRegistry registry = new(new LimiterRegistryOptions
        {
            Environment = name => name == "RATE_SYNC_CONFIG" ? path : null,
        });
        Assert.DoesNotContain(
            "RATE_SYNC_CONFIG", Assert.Throws<ConfigurationException>(() => registry.TryAcquire("api")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limiter_that_is_made_of_others_has_no_limit_of_its_own_that_would_not_hold()
    {
        _registry.ConfigureLimiter("wide", new LimiterOptions { RatePerSecond = 0.1, Burst = 100 });
        ConfigurationException bad = Assert.Throws<ConfigurationException>(
            () => _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 0.1, Burst = 1, Limiters = ["wide"] }));
        Assert.Equal("limiters.api.rate_per_second", Assert.Single(bad.Problems).Key);
        Assert.False(_registry.TryGetLimiter("api", out _));
        _registry.ConfigureLimiter("own", new LimiterOptions { RatePerSecond = 0.1, Burst = 1 });
        _registry.ConfigureLimiter("api", new LimiterOptions { Limiters = ["own", "wide"] });
        Assert.True(_registry.TryAcquire("api"));
        Assert.False(_registry.TryAcquire("api"));
    }

    [Fact]
    public void Without_a_store_the_only_one_counts_and_of_several_none()
    {
        EngineStoreOptions redis = new("redis") { Settings = new Dictionary<string, string> { ["url"] = "redis://h" } };
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 0.1, Burst = 2 });
        Assert.True(_registry.TryAcquire("api"));
        _registry.ConfigureStore("a", redis);
        Assert.Equal("a", Assert.Throws<StoreUnavailableException>(() => _registry.TryAcquire("api")).Store);
        foreach (string more in new[] { "b", "c", "d" })
        {
            _registry.ConfigureStore(more, redis);
            Assert.True(_registry.Check("api", 0).Limit == 2);
        }

        // What was spent before is spent.
        Assert.True(_registry.TryAcquire("api"));
        Assert.False(_registry.TryAcquire("api"));
        Assert.Equal(
            "Limiter 'more' does not say which store it uses, and there are several: 'a', 'b', 'c', 'd'.",
            Assert.Throws<StoreNotFoundException>(() => _registry.ConfigureLimiter("more", new LimiterOptions { MaxConcurrent = 1 })).Message);
    }

    [Fact]
    public void A_strict_limiter_stays_strict_when_what_it_is_made_of_changes()
    {
        _registry.ConfigureLimiter("a", new LimiterOptions { RatePerSecond = 1 });
        _registry.ConfigureLimiter("b", new LimiterOptions { Limiters = ["a"] });
        _registry.ConfigureLimiter("all", new LimiterOptions { Limiters = ["b"], Strict = true });
        LimiterOptions loose = new() { Algorithm = LimiterAlgorithm.FixedWindow, Limit = 5, Window = TimeSpan.FromSeconds(1) };
        const string Message = "limiters.all.limiters: the limiter is strict, and would not be any more: "
            + "'b': 'a': around the border of two periods both their limits may be used.";
        Assert.Equal(
            Message, Assert.Single(Assert.Throws<ConfigurationException>(() => _registry.ConfigureLimiter("a", loose)).Problems).Message);
        Assert.Equal(0, _registry.GetLimiter("all").DeclaredExcess);

        RateSyncConfiguration file = RateSyncConfiguration.Parse(
            "[limiters.all]\nlimiters = [\"w\"]\nstrict = true\n[limiters.w]\nmax_concurrent = 1");
        using LimiterRegistry other = new(new LimiterRegistryOptions { AutoLoad = false });
        other.ConfigureLimiter("w", loose);
        ConfigurationProblem problem = Assert.Single(Assert.Throws<ConfigurationException>(() => other.Apply(file, "settings")).Problems);
        Assert.Equal(("settings", "limiters.all.limiters"), (problem.File, problem.Key));
        Assert.False(other.TryGetLimiter("all", out _));
    }

    [Fact]
    public void An_empty_key_is_a_key_like_any_other()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 0.1, Burst = 1 });
        Assert.True(_registry.For("api", "").TryAcquire());
        Assert.False(_registry.For("api", "").TryAcquire());
        Assert.True(_registry.For("api", " ").TryAcquire());
        Assert.Throws<ArgumentNullException>("key", () => _registry.For("api", null!));
    }

    [Fact]
    public void What_cannot_be_had_for_each_key_says_so_with_its_name_and_what_can()
    {
        _registry.ConfigureLimiter("a", new LimiterOptions { RatePerSecond = 1 });
        _registry.ConfigureLimiter("b", new LimiterOptions { MaxConcurrent = 1 });
        _registry.ConfigureLimiter("all", new LimiterOptions { Limiters = ["a", "b"] });
        _registry.ConfigureLimiter("urgent", new LimiterOptions
        {
            RatePerSecond = 1,
            Priorities = new Dictionary<Priority, double> { [Priority.Low] = 0.5 },
        });
        _registry.ConfigureLimiter("fair", new LimiterOptions { RatePerSecond = 1, Fair = true });
        Says(
            "all",
            "limiters.all.limiters",
            "Limiter 'all' cannot be had for each key: it is made of others ('a', 'b'). "
                + "Use For with each of those, or CloneLimiter(\"all\", name) for a few limiters of their own.");
        Says(
            "urgent",
            "limiters.urgent.priorities",
            "Limiter 'urgent' cannot be had for each key: it has priorities, and a call for a key has none. "
                + "Use For with a limiter that has no priorities, or CloneLimiter(\"urgent\", name) for a few limiters of their own.");
        Says(
            "fair",
            "limiters.fair.fair",
            "Limiter 'fair' cannot be had for each key: it lets tenants take turns, and callers for a key wait in that key's own line. "
                + "Use For with a limiter that is not fair, or CloneLimiter(\"fair\", name) for a few limiters of their own.");
        Assert.True(_registry.CloneLimiter("urgent", "mine").TryAcquire());

        void Says(string id, string key, string message)
        {
            ConfigurationProblem problem = Assert.Single(
                Assert.Throws<ConfigurationException>(() => _registry.For(id, "alice")).Problems);
            Assert.Equal(key, problem.Key);
            Assert.Equal(message, problem.Message);
            Assert.Throws<ConfigurationException>(() => _registry.For(id, "alice", new LimiterOverrides { Burst = 2 }));
        }
    }

    [Fact]
    public void A_limiter_whose_keys_are_in_use_does_not_become_one_that_has_none()
    {
        string path = Path.Combine(_directory, "rate-sync.toml");
        File.WriteAllText(path, "[limiters.api]\nrate_per_second = 0.1\nburst = 1\n");
        _registry.LoadConfig(path);
        Assert.True(_registry.For("api", "alice").TryAcquire());
        ConfigurationReloadedEventArgs? reload = null;
        _registry.Reloaded += (_, e) => reload = e;
        File.WriteAllText(path, "[limiters.api]\nrate_per_second = 0.1\nburst = 5\nfair = true\n");
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        ConfigurationProblem problem = Assert.Single(Assert.IsType<ConfigurationReloadedEventArgs>(reload).Problems);
        Assert.Equal((path, "limiters.api.fair"), (problem.File, problem.Key));
        Assert.False(_registry.For("api", "alice").TryAcquire());
        Assert.Equal(1, _registry.GetConfig("api").Burst);
    }
}
