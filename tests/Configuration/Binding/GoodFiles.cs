namespace RateSync.Fast.Tests.Configuration.Binding;

public class GoodFiles
{
    [Fact]
    public void Every_key_of_a_limiter_is_read()
    {
        RateSyncConfiguration configuration = RateSyncConfiguration.Parse("""
            [stores.main]
            engine = "memory"
            [limiters.bucket]
            store = "main"
            algorithm = "token_bucket"
            rate_per_second = 0.5
            burst = 7
            max_concurrent = 3
            timeout = 1.5
            fail_closed = true
            on_store_failure = "local"
            shadow = true
            lease_ms = 250
            max_lease = 40
            queue_limit = 0
            max_keys = 64
            priorities = { low = 0.5, normal = 0.8 }
            fair = true
            weights = { gold = 4, "tin can" = 0.5 }
            [limiters.any]
            limiters = ["window", "leaky"]
            strategy = "any_must_pass"
            [limiters.window]
            algorithm = "sliding_window_counter"
            limit = 1_000_000
            window_seconds = 0.25
            strict = true
            [limiters.leaky]
            algorithm = "leaky_bucket"
            rate_per_second = 1
            """);
        Assert.Equal(
            new LimiterOptions
            {
                Store = "main",
                RatePerSecond = 0.5,
                Burst = 7,
                MaxConcurrent = 3,
                Timeout = TimeSpan.FromSeconds(1.5),
                FailClosed = true,
                OnStoreFailure = StoreFailurePolicy.Local,
                Shadow = true,
                Lease = TimeSpan.FromMilliseconds(250),
                MaxLease = 40,
                QueueLimit = 0,
                MaxKeys = 64,
                Priorities = new Dictionary<Priority, double> { [Priority.Low] = 0.5, [Priority.Normal] = 0.8 },
                Fair = true,
                Weights = new Dictionary<string, double> { ["gold"] = 4, ["tin can"] = 0.5 },
            },
            configuration.Limiters["bucket"]);
        Assert.Equal(
            new LimiterOptions { Limiters = ["window", "leaky"], Strategy = CompositeStrategy.AnyMustPass }, configuration.Limiters["any"]);
        Assert.Equal(
            new LimiterOptions { Store = "main", Algorithm = LimiterAlgorithm.SlidingWindowCounter, Limit = 1_000_000, Window = TimeSpan.FromMilliseconds(250), Strict = true },
            configuration.Limiters["window"]);
        Assert.Equal(
            new LimiterOptions { Store = "main", Algorithm = LimiterAlgorithm.LeakyBucket, RatePerSecond = 1 },
            configuration.Limiters["leaky"]);
        Assert.Equal(["bucket", "any", "window", "leaky"], configuration.Limiters.Keys);
        Assert.Equal(new MemoryStoreOptions(), configuration.Stores["main"]);
        Assert.Empty(configuration.Notes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("[limiters]\n[stores]\n[fastapi]\n")]
    public void An_empty_file_has_no_limiters(string toml)
    {
        RateSyncConfiguration configuration = RateSyncConfiguration.Parse(toml);
        Assert.Empty(configuration.Limiters);
        Assert.Empty(configuration.Stores);
    }

    [Fact]
    public void A_limiter_that_names_no_store_has_the_only_one_or_memory()
    {
        const string Limiter = "[limiters.a]\nmax_concurrent = 1\n";
        Assert.Null(RateSyncConfiguration.Parse(Limiter).Limiters["a"].Store);
        Assert.Equal("x", RateSyncConfiguration.Parse(Limiter + "[stores.x]\nengine = \"memory\"").Limiters["a"].Store);
        Assert.Equal("code", RateSyncConfiguration.Parse(Limiter, knownStores: ["code"]).Limiters["a"].Store);
        Assert.Equal("x", RateSyncConfiguration.Parse(Limiter + "[stores.x]\nengine = \"memory\"", knownStores: ["code"]).Limiters["a"].Store);
        Assert.Equal("code", RateSyncConfiguration.Parse(Limiter + "store = \"code\"\n[stores.x]\nengine = \"memory\"", knownStores: ["code"]).Limiters["a"].Store);
    }

    [Fact]
    public void What_only_stands_for_others_needs_no_store()
    {
        RateSyncConfiguration configuration = RateSyncConfiguration.Parse(
            "[stores.x]\nengine = \"memory\"\n[stores.y]\nengine = \"memory\"\n[limiters.all]\nlimiters = [\"a\", \"code\"]\n[limiters.a]\nstore = \"x\"\nmax_concurrent = 1",
            knownLimiters: ["code"]);
        Assert.Null(configuration.Limiters["all"].Store);
    }

    [Fact]
    public void Numbers_are_read_by_the_type_of_their_key()
    {
        LimiterOptions options = RateSyncConfiguration.Parse("""
            [limiters.a]
            rate_per_second = "1e1"
            burst = 5.0
            max_concurrent = " 3 "
            timeout = "00:01:30.5"
            queue_limit = "1e3"
            shadow = "True"
            weights.x = "2"
            """).Limiters["a"];
        Assert.Equal(
            new LimiterOptions
            {
                RatePerSecond = 10,
                Burst = 5,
                MaxConcurrent = 3,
                Timeout = TimeSpan.FromSeconds(90.5),
                QueueLimit = 1000,
                Shadow = true,
                Fair = true,
                Weights = new Dictionary<string, double> { ["x"] = 2 },
            },
            options);
    }

    [Fact]
    public void Weights_mean_turns_unless_the_file_says_that_they_do_not() =>
        Assert.False(RateSyncConfiguration.Parse("[limiters.a]\nmax_concurrent = 1\nweights = { x = 2 }\nfair = false").Limiters["a"].Fair);

    [Fact]
    public void What_is_shared_can_be_strict_if_it_refuses_without_its_store()
    {
        const string Store = "[stores.r]\nengine = \"redis\"\nurl = \"redis://h\"\n[limiters.a]\nrate_per_second = 1\nstrict = true\n";
        Assert.True(RateSyncConfiguration.Parse(Store + "fail_closed = true").Limiters["a"].Strict);
        Assert.True(RateSyncConfiguration.Parse(Store + "on_store_failure = \"closed\"").Limiters["a"].Strict);
        Assert.Equal(
            ["f(6,1): limiters.a.strict: expected fail_closed = true or on_store_failure = \"closed\" for a limiter that is strict, found true. While the store \"r\" cannot be reached, it would grant what nobody has counted."],
            Bad.Toml(Store));
        Assert.Equal(
            ["f(7,1): limiters.a.on_store_failure: expected fail_closed = true or on_store_failure = \"closed\" for a limiter that is strict, found \"local\". While the store \"r\" cannot be reached, it would grant what nobody has counted."],
            Bad.Toml(Store + "on_store_failure = \"local\""));
    }
}
