namespace RateSync.Fast.Tests.Configuration.Binding;

/// <summary>What the Python library's own page shows, as it stands there.</summary>
public class PythonFiles
{
    private const string Stores = """
        [stores.local]
        engine = "memory"

        [stores.redis]
        engine = "redis"
        url = "redis://localhost:6379/0"

        [stores.nats]
        engine = "nats"
        url = "nats://localhost:4222"

        [stores.db]
        engine = "postgres"
        url = "postgresql://user:pass@localhost/db"


        """;

    [Fact]
    public void The_first_example_loads()
    {
        RateSyncConfiguration configuration = RateSyncConfiguration.Parse("""
            [stores.local]
            engine = "memory"

            [limiters.api]
            store = "local"
            rate_per_second = 10.0
            timeout = 30.0
            """);
        Assert.Equal(new LimiterOptions { Store = "local", RatePerSecond = 10, Timeout = TimeSpan.FromSeconds(30) }, configuration.Limiters["api"]);
    }

    [Fact]
    public void All_others_load_together()
    {
        RateSyncConfiguration configuration = RateSyncConfiguration.Parse(Stores + """
            [limiters.api]
            store = "redis"              # Which store to use
            algorithm = "token_bucket"   # Algorithm (default)
            rate_per_second = 100.0      # Max throughput
            max_concurrent = 50          # Max parallelism (optional)
            timeout = 30.0               # Wait timeout in seconds

            [limiters.external_api]
            store = "redis"
            rate_per_second = 10.0    # Max 10 requests per second
            max_concurrent = 5        # Max 5 simultaneous requests

            [limiters.login]
            store = "redis"
            algorithm = "sliding_window"
            limit = 5                 # Max 5 attempts
            window_seconds = 300      # Per 5 minutes

            [fastapi]
            trusted_proxy_networks = ["10.0.0.0/8", "172.16.0.0/12"]
            """);
        Assert.Equal(
            new LimiterOptions { Store = "redis", RatePerSecond = 100, MaxConcurrent = 50, Timeout = TimeSpan.FromSeconds(30) },
            configuration.Limiters["api"]);
        Assert.Equal(
            new LimiterOptions { Store = "redis", Algorithm = LimiterAlgorithm.SlidingWindow, Limit = 5, Window = TimeSpan.FromMinutes(5) },
            configuration.Limiters["login"]);
        Assert.Equal(["local", "redis", "nats", "db"], configuration.Stores.Keys);
        Assert.Equal(
            new EngineStoreOptions("postgres") { Settings = new Dictionary<string, string> { ["url"] = "postgresql://user:pass@localhost/db" } },
            configuration.Stores["db"]);
        Assert.Empty(configuration.Notes);
    }

    [Fact]
    public void Every_option_of_its_stores_is_known()
    {
        RateSyncConfiguration configuration = RateSyncConfiguration.Parse("""
            [stores.redis]
            engine = "redis"
            url = "rediss://cache:6380"
            db = 2
            password = "12345"
            key_prefix = "rate_limit"
            pool_min_size = 2
            pool_max_size = 10
            timing_margin_ms = 10.0
            socket_timeout = 5.0
            socket_connect_timeout = 5.0

            [stores.nats]
            engine = "nats"
            url = "nats://a:4222,nats://b:4222"
            token = "s3cr3t"
            bucket_name = "rate_limits"
            auto_create = false
            retry_interval = 0.05
            max_retries = 100

            [stores.pg]
            engine = "postgres"
            url = "postgresql://h/db"
            table_name = "rate_limiter_state"
            schema_name = "public"
            auto_create = true
            pool_min_size = 2
            pool_max_size = 10
            """);
        EngineStoreOptions redis = Assert.IsType<EngineStoreOptions>(configuration.Stores["redis"]);
        Assert.Equal("12345", redis.Settings["password"]);
        Assert.Equal("2", redis.Settings["db"]);
        Assert.Equal("5", redis.Settings["socket_timeout"]);
        Assert.Equal(9, redis.Settings.Count);
        Assert.Equal("0.05", Assert.IsType<EngineStoreOptions>(configuration.Stores["nats"]).Settings["retry_interval"]);
        Assert.Equal("true", Assert.IsType<EngineStoreOptions>(configuration.Stores["pg"]).Settings["auto_create"]);
        Assert.Equal(["(9,1) stores.redis.timing_margin_ms: limits need no margin here; it is ignored."], Notes(configuration));
    }

    [Fact]
    public void A_variable_may_choose_the_engine()
    {
        const string File = """
            [stores.main]
            engine = "${RATE_LIMIT_ENGINE:-memory}"
            url = "${RATE_LIMIT_URL:-}"

            [limiters.api]
            store = "main"
            rate_per_second = "${RATE:-10}"
            """;
        RateSyncConfiguration memory = RateSyncConfiguration.Parse(File, environment: static _ => null);
        Assert.Equal(new MemoryStoreOptions(), memory.Stores["main"]);
        Assert.Equal(10, memory.Limiters["api"].RatePerSecond);
        Assert.Equal(["(3,1) stores.main.url: the engine \"memory\" has no such key; it is ignored."], Notes(memory));

        RateSyncConfiguration redis = RateSyncConfiguration.Parse(
            File, environment: Bad.Variables(("RATE_LIMIT_ENGINE", "redis"), ("RATE_LIMIT_URL", "redis://h"), ("RATE", "0.5")));
        Assert.Equal(
            new EngineStoreOptions("redis") { Settings = new Dictionary<string, string> { ["url"] = "redis://h" } }, redis.Stores["main"]);
        Assert.Equal(0.5, redis.Limiters["api"].RatePerSecond);
        Assert.Empty(redis.Notes);

        Assert.Equal(
            ["f(3,7): stores.main.url: expected a string that is not empty, found \"${RATE_LIMIT_URL:-}\", which is empty once its variables are replaced."],
            Bad.Toml(File, ("RATE_LIMIT_ENGINE", "redis")));
    }

    private static IEnumerable<string> Notes(RateSyncConfiguration configuration) =>
        configuration.Notes.Select(static note => $"({note.Line},{note.Column}) {note.Message}");
}
