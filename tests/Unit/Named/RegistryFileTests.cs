using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Named;

public sealed class RegistryFileTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("ratesync").FullName;
    private readonly string _path;
    private readonly LimiterRegistry _registry;
    private readonly List<ConfigurationReloadedEventArgs> _reloads = [];

    public RegistryFileTests()
    {
        _path = Path.Combine(_directory, "rate-sync.toml");
        _registry = new LimiterRegistry(new LimiterRegistryOptions { TimeProvider = _clock, ConfigurationPath = _path });
        _registry.Reloaded += (_, result) => _reloads.Add(result);
    }

    public void Dispose()
    {
        _registry.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_file_and_one_line_are_enough()
    {
        Write("""
            [stores.local]
            engine = "memory"

            [limiters.api]
            store = "local"
            rate_per_second = 10.0
            timeout = 30.0
            """);
        await _registry.AcquireAsync("api", TestContext.Current.CancellationToken);
        Assert.Equal(9, _registry.GetState("api").Remaining);
        Assert.Equal(TimeSpan.FromSeconds(30), _registry.GetConfig("api").Timeout);
        Assert.Equal(_path, _registry.ListLimiters()["api"].File);
        Assert.Equal("memory", _registry.ListStores()["local"].Engine);
    }

    [Fact]
    public void A_saved_file_is_followed_and_what_was_spent_stays_spent()
    {
        Write("[limiters.api]\nrate_per_second = 0.001\nburst = 100");
        Assert.Equal(80, Take("api", 80));
        Limiter limiter = _registry.GetLimiter("api");
        Write("[limiters.api]\nrate_per_second = 0.001\nburst = 200\n[limiters.new]\nmax_concurrent = 3");
        Look();
        Assert.Empty(_reloads);
        Look();
        Assert.True(Assert.Single(_reloads).Succeeded);
        Assert.Equal(["api", "new"], _reloads[0].Changed);
        Assert.Same(limiter, _registry.GetLimiter("api"));
        Assert.Equal(200, limiter.Limit);
        Assert.Equal(120, Take("api", 300));
        Assert.True(_registry.TryAcquire("new"));
        Look();
        Assert.Single(_reloads);
    }

    [Fact]
    public void A_bad_file_changes_nothing_and_says_where_it_is_wrong()
    {
        Write("[limiters.api]\nrate_per_second = 100");
        Assert.True(_registry.TryAcquire("api"));
        Write("[limiters.api]\nrate_per_second = 5\n[limiters.new]\nrate_per_secnd = 5");
        Look();
        Look();
        ConfigurationReloadedEventArgs reload = Assert.Single(_reloads);
        Assert.False(reload.Succeeded);
        Assert.Contains(reload.Problems, problem => problem.File == _path && problem.Line == 4 && problem.Message.Contains("rate_per_second", StringComparison.Ordinal));
        Assert.Equal(100, _registry.GetConfig("api").RatePerSecond);
        Assert.Throws<LimiterNotFoundException>(() => _registry.GetLimiter("new"));
        Look();
        Assert.Single(_reloads);
        Write("[limiters.api]\nrate_per_second = 7");
        Look();
        Look();
        Assert.True(_reloads[1].Succeeded);
        Assert.Equal(7, _registry.GetConfig("api").RatePerSecond);
    }

    [Fact]
    public void What_the_file_drops_is_not_found_any_more_and_can_be_used_to_the_end()
    {
        Write("[limiters.api]\nrate_per_second = 100\n[limiters.old]\nrate_per_second = 1");
        Limiter old = _registry.GetLimiter("old");
        Write("[limiters.api]\nrate_per_second = 100");
        Look();
        Look();
        Assert.Throws<LimiterNotFoundException>(() => _registry.GetLimiter("old"));
        Assert.True(old.TryAcquire());
    }

    [Fact]
    public void A_file_that_was_cut_off_changes_nothing()
    {
        Write("[limiters.api]\nrate_per_second = 100");
        Assert.True(_registry.TryAcquire("api"));
        Write("# nothing");
        Look();
        Look();
        Assert.False(Assert.Single(_reloads).Succeeded);
        Assert.True(_registry.TryAcquire("api"));
    }

    [Fact]
    public void Code_wins_over_the_file()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 3 });
        Write("[limiters.api]\nrate_per_second = 100\n[limiters.other]\nrate_per_second = 1");
        Assert.True(_registry.TryAcquire("other"));
        Assert.Equal(3, _registry.GetConfig("api").RatePerSecond);
        Write("[limiters.other]\nrate_per_second = 2");
        Look();
        Look();
        Assert.Equal(3, _registry.GetConfig("api").RatePerSecond);
    }

    [Fact]
    public void A_file_that_does_not_hold_fails_every_first_use_until_it_does()
    {
        Write("[limiters.api]\nrate_per_second = -1");
        Assert.Throws<ConfigurationException>(() => _registry.TryAcquire("api"));
        ConfigurationException thrown = Assert.Throws<ConfigurationException>(() => _registry.ListLimiters());
        Assert.Equal(2, Assert.Single(thrown.Problems).Line);
        Write("[limiters.api]\nrate_per_second = 1");
        Assert.True(_registry.TryAcquire("api"));
    }

    [Fact]
    public void A_file_that_is_missing_or_a_directory_says_so()
    {
        Assert.Contains(_path, Assert.Throws<ConfigurationException>(() => _registry.TryAcquire("api")).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => _registry.LoadConfig(_directory));
    }

    [Fact]
    public void A_store_whose_package_is_missing_is_named_at_the_first_use_and_not_before()
    {
        Write("[stores.shared]\nengine = \"redis\"\nurl = \"redis://:hunter2@localhost:6379/0\"\n[limiters.api]\nrate_per_second = 100");
        Limiter limiter = _registry.GetLimiter("api");
        StoreUnavailableException thrown = Assert.Throws<StoreUnavailableException>(() => limiter.TryAcquire());
        Assert.Equal("RateSync.Fast.Redis", thrown.Package);
        Assert.DoesNotContain("hunter2", thrown.ToString(), StringComparison.Ordinal);
        Assert.False(_registry.ListLimiters()["api"].IsInitialized);
        Assert.Throws<StoreUnavailableException>(() => limiter.Attempt());

        // A test may put memory in its place.
        _registry.ConfigureStore("shared", new MemoryStoreOptions());
        Assert.True(limiter.TryAcquire());
        Assert.Equal(100, limiter.Limit);
    }

    [Fact]
    public async Task Initialising_eagerly_fails_fast()
    {
        Write("[stores.shared]\nengine = \"nats\"\nurl = \"nats://localhost\"\n[limiters.api]\nrate_per_second = 100");
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _registry.InitializeAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Limiters_of_a_file_may_refer_to_each_other_in_any_order()
    {
        Write("""
            [limiters.both]
            limiters = ["a", "b"]
            [limiters.b]
            rate_per_second = 5
            [limiters.a]
            rate_per_second = 10
            """);
        Assert.Equal(5, Take("both", 20));
    }

    [Fact]
    public async Task Many_threads_that_come_first_read_the_file_once()
    {
        Write("[limiters.api]\nrate_per_second = 1\nburst = 64");
        bool[] granted = await Task.WhenAll(Enumerable.Range(0, 128).Select(_ => Task.Run(() => _registry.TryAcquire("api"))));
        Assert.Equal(64, granted.Count(static taken => taken));
    }

    [Fact]
    public void Configuring_while_configuring_is_refused()
    {
        Write("[limiters.api]\nrate_per_second = \"${RATE}\"");
        LimiterRegistry registry = null!;
        registry = new LimiterRegistry(new LimiterRegistryOptions
        {
            ConfigurationPath = _path,
            Environment = name =>
            {
                registry.ConfigureLimiter("other", new LimiterOptions { RatePerSecond = 1 });
                return "5";
            },
        });
        using (registry)
        {
            Assert.Throws<InvalidOperationException>(() => registry.GetLimiter("api"));
        }
    }

    [Fact]
    public void A_handler_that_throws_keeps_no_other_from_knowing_and_ends_nothing()
    {
        Write("[limiters.api]\nrate_per_second = 1\nburst = 1");
        List<string> told = [];
        InvalidOperationException fault = new("first");
        _registry.Reloaded += (_, _) => throw fault;
        _registry.Reloaded += (_, _) => told.Add("second");
        _registry.HandlerFailed += (_, _) => throw new InvalidOperationException("nobody left");
        _registry.HandlerFailed += (_, e) => told.Add(ReferenceEquals(fault, e.GetException()) ? "failed" : "other");
        Assert.True(_registry.TryAcquire("api"));
        Write("[limiters.api]\nrate_per_second = 1\nburst = 2");
        Look();
        Look();
        Assert.Equal(["failed", "second"], told);
        Assert.Equal(2, _registry.GetConfig("api").Burst);
        Write("[limiters.api]\nrate_per_second = 1\nburst = 3");
        Look();
        Look();
        Assert.Equal(3, _registry.GetConfig("api").Burst);
        Assert.Equal(2, _reloads.Count);
    }

    [Fact]
    public void Variables_whose_function_throws_refuse_the_file_and_end_nothing()
    {
        bool isBroken = false;
        ConfigurationReloadedEventArgs? reload = null;
        using LimiterRegistry registry = new(new LimiterRegistryOptions
        {
            TimeProvider = _clock,
            ConfigurationPath = _path,
            Environment = _ => isBroken ? throw new TimeoutException("no vault") : "1",
        });
        registry.Reloaded += (_, e) => reload = e;
        Write("[limiters.api]\nrate_per_second = \"${RATE}\"");
        Assert.True(registry.TryAcquire("api"));
        isBroken = true;
        Write("[limiters.api]\nrate_per_second = \"${RATE}\"\nburst = 2");
        Look();
        Look();
        Assert.Equal("The file was not applied: no vault", Assert.Single(Assert.IsType<ConfigurationReloadedEventArgs>(reload).Problems).Message);
        Assert.Null(registry.GetConfig("api").Burst);
        isBroken = false;
        Write("[limiters.api]\nrate_per_second = \"${RATE}\"\nburst = 3");
        Look();
        Look();
        Assert.True(reload.Succeeded);
        Assert.Equal(3, registry.GetConfig("api").Burst);
    }

    private void Look() => _clock.Advance(TimeSpan.FromMilliseconds(500));

    private void Write(string text)
    {
        File.WriteAllText(_path, text);

        // Whatever the resolution of the file system's clock.
        File.SetLastWriteTimeUtc(_path, DateTime.UnixEpoch.AddSeconds(++_writes));
    }

    private int _writes;

    private int Take(string id, int tries) => Enumerable.Range(0, tries).Count(_ => _registry.TryAcquire(id));
}
