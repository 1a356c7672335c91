namespace RateSync.Fast.Tests.Configuration.Binding;

public class LimiterProblems
{
    [Theory]
    [InlineData("rate_per_secnod = 1\nmax_concurrent = 1", "f(2,1): limiters.a.rate_per_secnod: unknown key. Did you mean 'rate_per_second'?")]
    [InlineData("rate_per_second = true", "f(2,19): limiters.a.rate_per_second: expected permits per second from 0.000000001 to 1000000000, found true.")]
    [InlineData("rate_per_second = 0", "f(2,19): limiters.a.rate_per_second: expected permits per second from 0.000000001 to 1000000000, found 0.")]
    [InlineData("rate_per_second = -2.5", "f(2,19): limiters.a.rate_per_second: expected permits per second from 0.000000001 to 1000000000, found -2.5.")]
    [InlineData("rate_per_second = nan", "f(2,19): limiters.a.rate_per_second: expected permits per second from 0.000000001 to 1000000000, found NaN.")]
    [InlineData("rate_per_second = inf", "f(2,19): limiters.a.rate_per_second: expected permits per second from 0.000000001 to 1000000000, found Infinity.")]
    [InlineData("rate_per_second = 1e10", "f(2,19): limiters.a.rate_per_second: expected permits per second from 0.000000001 to 1000000000, found 10000000000.")]
    [InlineData("rate_per_second = [1]", "f(2,19): limiters.a.rate_per_second: expected permits per second from 0.000000001 to 1000000000, found a list.")]
    [InlineData("rate_per_second = \"ten\"", "f(2,19): limiters.a.rate_per_second: expected permits per second from 0.000000001 to 1000000000, found \"ten\".")]
    [InlineData("rate_per_second = 1979-05-27", "f(2,19): limiters.a.rate_per_second: expected permits per second from 0.000000001 to 1000000000, found a local date.")]
    [InlineData("rate_per_second = 1\nburst = 0", "f(3,9): limiters.a.burst: expected a whole number of permits from 1 to 1099511627776, found 0.")]
    [InlineData("rate_per_second = 1\nburst = 1.5", "f(3,9): limiters.a.burst: expected a whole number of permits from 1 to 1099511627776, found 1.5.")]
    [InlineData("rate_per_second = 1e-9\nburst = 1000", "f(3,1): limiters.a.burst: expected a bucket that fills within some seven thousand years, found 1000.")]
    [InlineData("max_concurrent = 3000000000", "f(2,18): limiters.a.max_concurrent: expected a whole number of slots from 1 to 2147483647, found 3000000000.")]
    [InlineData("max_concurrent = 1\ntimeout = -1", "f(3,11): limiters.a.timeout: expected seconds from 0 to 864000000, found -1.")]
    [InlineData("max_concurrent = 1\ntimeout = nan", "f(3,11): limiters.a.timeout: expected seconds from 0 to 864000000, found NaN.")]
    [InlineData("max_concurrent = 1\ntimeout = 1e300", "f(3,11): limiters.a.timeout: expected seconds from 0 to 864000000, found 1E+300.")]
    [InlineData("max_concurrent = 1\ntimeout = \"1:2:3:4:5\"", "f(3,11): limiters.a.timeout: expected seconds from 0 to 864000000, found \"1:2:3:4:5\".")]
    [InlineData("max_concurrent = 1\nfail_closed = 1", "f(3,15): limiters.a.fail_closed: expected true or false, found 1.")]
    [InlineData("max_concurrent = 1\nfail_closed = \"yes\"", "f(3,15): limiters.a.fail_closed: expected true or false, found \"yes\".")]
    [InlineData("max_concurrent = 1\non_store_failure = \"close\"", "f(3,20): limiters.a.on_store_failure: expected one of \"open\", \"closed\", \"local\", found \"close\". Did you mean \"closed\"?")]
    [InlineData("max_concurrent = 1\nlease_ms = 0", "f(3,12): limiters.a.lease_ms: expected milliseconds, more than 0 and at most 3600000, found 0.")]
    [InlineData("max_concurrent = 1\nmax_lease = 0", "f(3,13): limiters.a.max_lease: expected a whole number of permits from 1 to 1099511627776, found 0.")]
    [InlineData("max_concurrent = 1\nqueue_limit = -1", "f(3,15): limiters.a.queue_limit: expected a whole number of callers from 0 to 2147483647, found -1.")]
    [InlineData("max_concurrent = 1\nmax_keys = 63", "f(3,12): limiters.a.max_keys: expected a whole number of keys from 64 to 100000000, found 63.")]
    [InlineData("max_concurrent = 1\nstore = 5", "f(3,9): limiters.a.store: expected the name of a store, found 5.")]
    [InlineData("max_concurrent = 1\nstore = \"\"", "f(3,9): limiters.a.store: expected the name of a store, found \"\".")]
    [InlineData("max_concurrent = 1\nstore = \"x\"", "f(3,1): limiters.a.store: expected a store of this name, found \"x\". There is no store at all.")]
    [InlineData("limit = 5", "f(2,1): limiters.a.limit: expected rate_per_second for the algorithm \"token_bucket\", found 5. For limit and window_seconds choose algorithm = \"sliding_window\", \"sliding_window_counter\" or \"fixed_window\".")]
    [InlineData("window_seconds = 5\nmax_concurrent = 1", "f(2,1): limiters.a.window_seconds: expected rate_per_second for the algorithm \"token_bucket\", found 5. For limit and window_seconds choose algorithm = \"sliding_window\", \"sliding_window_counter\" or \"fixed_window\".")]
    [InlineData("algorithm = \"sliding_window\"\nlimit = 5", "f(1,11): limiters.a.window_seconds: expected seconds, more than 0 and at most 864000000, found nothing.")]
    [InlineData("algorithm = \"fixed_window\"\nwindow_seconds = 5", "f(1,11): limiters.a.limit: expected a whole number of permits from 1 to 2147483647, found nothing.")]
    [InlineData("algorithm = \"sliding_window\"\nlimit = 0\nwindow_seconds = 5", "f(3,9): limiters.a.limit: expected a whole number of permits from 1 to 2147483647, found 0.")]
    [InlineData("algorithm = \"sliding_window\"\nlimit = 5\nwindow_seconds = 0", "f(4,18): limiters.a.window_seconds: expected seconds, more than 0 and at most 864000000, found 0.")]
    [InlineData("algorithm = \"sliding_window\"\nlimit = 65537\nwindow_seconds = 5", "f(3,1): limiters.a.limit: expected at most 65536 permits for the algorithm \"sliding_window\", which keeps every grant, found 65537. Choose algorithm = \"sliding_window_counter\", which is strict too.")]
    [InlineData("rate_per_second = 1\nlimit = 5\nwindow_seconds = 1", "f(3,1): limiters.a: rate_per_second belongs to a bucket, limit and window_seconds belong to a window. Keep one of them, and put the other into a limiter with another name; a third can name both in limiters.")]
    [InlineData("algorithm = \"sliding_window\"\nrate_per_second = 1", "f(3,1): limiters.a.rate_per_second: expected limit and window_seconds for the algorithm \"sliding_window\", found 1.")]
    [InlineData("algorithm = \"leaky_bucket\"\nmax_concurrent = 1", "f(1,11): limiters.a.rate_per_second: expected permits per second from 0.000000001 to 1000000000, found nothing.")]
    [InlineData("algorithm = \"leaky_bucket\"\nrate_per_second = 1\nburst = 5", "f(4,1): limiters.a.burst: expected no burst for the algorithm \"leaky_bucket\", found 5. How many may be in line is its queue_limit.")]
    [InlineData("burst = 5\nmax_concurrent = 1", "f(2,1): limiters.a.burst: expected rate_per_second beside it, found 5.")]
    [InlineData("algorithm = \"slidding_window\"\nlimit = 5\nwindow_seconds = 5", "f(2,13): limiters.a.algorithm: expected one of \"token_bucket\", \"leaky_bucket\", \"sliding_window\", \"sliding_window_counter\", \"fixed_window\", found \"slidding_window\". Did you mean \"sliding_window\"?")]
    [InlineData("algorithm = \"TokenBucket\"\nrate_per_second = 5", "f(2,13): limiters.a.algorithm: expected one of \"token_bucket\", \"leaky_bucket\", \"sliding_window\", \"sliding_window_counter\", \"fixed_window\", found \"TokenBucket\". Did you mean \"token_bucket\"?")]
    [InlineData("", "f(1,11): limiters.a: limits nothing. It needs rate_per_second, or limit and window_seconds, or max_concurrent, or limiters.")]
    [InlineData("rate_per_secnd = 10\nburst = 5", "f(2,1): limiters.a.rate_per_secnd: unknown key. Did you mean 'rate_per_second'?")]
    [InlineData("limits = 5\nwindow_seconds = 5\nalgorithm = \"fixed_window\"", "f(2,1): limiters.a.limits: unknown key. Did you mean 'limit'?")]
    [InlineData("limit = 5\nwindow_secs = 5\nalgorithm = \"fixed_window\"", "f(3,1): limiters.a.window_secs: unknown key. Did you mean 'window_seconds'?")]
    [InlineData("limit = 5\nwindow_seconds = 5\nalgoritm = \"fixed_window\"", "f(4,1): limiters.a.algoritm: unknown key. Did you mean 'algorithm'?")]
    [InlineData("algorithm = \"leaky_bucket\"\nrate = 5", "f(3,1): limiters.a.rate: unknown key. Did you mean 'rate_per_second'?")]
    [InlineData("limiter = [\"b\"]\nstrategy = \"any_must_pass\"", "f(2,1): limiters.a.limiter: unknown key. Did you mean 'limiters'?")]
    [InlineData("bursts = 5", "f(2,1): limiters.a.bursts: unknown key. Did you mean 'burst'?", "f(1,11): limiters.a: limits nothing. It needs rate_per_second, or limit and window_seconds, or max_concurrent, or limiters.")]
    [InlineData("timeout = 5", "f(1,11): limiters.a: limits nothing. It needs rate_per_second, or limit and window_seconds, or max_concurrent, or limiters.")]
    [InlineData("max_concurrent = 1\npriorities = { low = 0 }", "f(3,22): limiters.a.priorities.low: expected a share, more than 0 and at most 1, found 0.")]
    [InlineData("max_concurrent = 1\npriorities = { low = 1.1 }", "f(3,22): limiters.a.priorities.low: expected a share, more than 0 and at most 1, found 1.1.")]
    [InlineData("max_concurrent = 1\npriorities = { lwo = 0.5 }", "f(3,16): limiters.a.priorities.lwo: unknown priority. Did you mean 'low'?")]
    [InlineData("max_concurrent = 1\npriorities = { urgent = 0.5 }", "f(3,16): limiters.a.priorities.urgent: unknown priority. Known: 'low', 'normal', 'high', 'critical'.")]
    [InlineData("max_concurrent = 1\npriorities = { low = 0.9, high = 0.5 }", "f(3,27): limiters.a.priorities.high: expected at least 0.9, the share of a lower priority, found 0.5.")]
    [InlineData("max_concurrent = 1\npriorities = 0.5", "f(3,14): limiters.a.priorities: expected a table, found 0.5.")]
    [InlineData("max_concurrent = 1\nweights = { gold = 0 }", "f(3,20): limiters.a.weights.gold: expected a weight from 0.001 to 1000000, found 0.")]
    [InlineData("max_concurrent = 1\nweights = { gold = nan }", "f(3,20): limiters.a.weights.gold: expected a weight from 0.001 to 1000000, found NaN.")]
    [InlineData("limiters = \"b\"", "f(2,12): limiters.a.limiters: expected a list of names of limiters, found \"b\".")]
    [InlineData("limiters = [1]", "f(2,13): limiters.a.limiters: expected a list of names of limiters, found 1.", "f(2,1): limiters.a.limiters: expected at least one name, found a list.")]
    [InlineData("limiters = []", "f(2,1): limiters.a.limiters: expected at least one name, found a list.")]
    [InlineData("limiters = [\"b\"]", "f(2,13): limiters.a.limiters: expected names of limiters, found \"b\", which is none. Did you mean \"a\"?")]
    [InlineData("limiters = [\"a\"]", "f(2,13): limiters.a.limiters: expected names that do not lead back, found a -> a.")]
    [InlineData("max_concurrent = 1\nstrategy = \"all_must_pass\"", "f(3,1): limiters.a.strategy: expected limiters = [...] beside it, found \"all_must_pass\".")]
    [InlineData("limiters = [\"other\"]\nstrategy = \"any\"\n[limiters.other]\nmax_concurrent = 1", "f(3,12): limiters.a.strategy: expected one of \"most_restrictive\", \"all_must_pass\", \"any_must_pass\", found \"any\". Did you mean \"any_must_pass\"?")]
    [InlineData("limiters = [\"other\", \"other\"]\n[limiters.other]\nmax_concurrent = 1", "f(2,22): limiters.a.limiters: expected each name once, found \"other\" twice.")]
    [InlineData("strict = true\nalgorithm = \"fixed_window\"\nlimit = 5\nwindow_seconds = 5", "f(3,1): limiters.a.algorithm: expected an algorithm that can be strict, found \"fixed_window\". Around the end of a window \"fixed_window\" grants up to twice the limit; choose \"sliding_window\".")]
    [InlineData(
        "limiters = [\"b\"]\nrate_per_second = 5\nmax_concurrent = 2\npriorities = { low = 0.5 }\nweights = { gold = 2 }\nfair = true\n[limiters.b]\nmax_concurrent = 1",
        "f(3,1): limiters.a.rate_per_second: expected nothing of its own beside limiters, found 5. Put it into a limiter with another name, and name that in limiters.a.limiters.",
        "f(4,1): limiters.a.max_concurrent: expected nothing of its own beside limiters, found 2. Put it into a limiter with another name, and name that in limiters.a.limiters.",
        "f(5,1): limiters.a.priorities: expected nothing of its own beside limiters, found a table. Put it into a limiter with another name, and name that in limiters.a.limiters.",
        "f(7,1): limiters.a.fair: expected nothing of its own beside limiters, found true. Put it into a limiter with another name, and name that in limiters.a.limiters.")]
    [InlineData("strict = true\nmax_concurrent = 1\nshadow = true", "f(4,1): limiters.a.shadow: expected false for a limiter that is strict, found true. In shadow it refuses nothing.")]
    [InlineData("strict = true\nlimiters = [\"ok\", \"w\"]\n[limiters.ok]\nmax_concurrent = 1\n[limiters.w]\nlimiters = [\"v\"]\n[limiters.v]\nalgorithm = \"fixed_window\"\nlimit = 5\nwindow_seconds = 5", "f(3,19): limiters.a.limiters: expected limiters that are strict, found \"w\", which is not: 'v': around the border of two periods both their limits may be used.")]
    public void Of_a_limiter(string body, params string[] problems) =>
        Assert.Equal(problems.Order(StringComparer.Ordinal), Bad.Toml("[limiters.a]\n" + body).Order(StringComparer.Ordinal));

    [Fact]
    public void Of_a_whole_file_come_at_once_in_the_order_of_the_file()
    {
        string[] problems = Bad.Toml("""
            [stores.main]
            engine = "reddis"

            [limiters.api]
            store = "mian"
            rate = 5
            timeout = "soon"

            [limiter.other]
            rate_per_second = 1
            """);
        Assert.Equal(
            [
                "f(2,10): stores.main.engine: expected one of \"memory\", \"redis\", \"nats\", \"postgres\", found \"reddis\". Did you mean \"redis\"?",
                "f(5,1): limiters.api.store: expected one of 'main', found \"mian\". Did you mean \"main\"?",
                "f(6,1): limiters.api.rate: unknown key. Did you mean 'rate_per_second'?",
                "f(7,11): limiters.api.timeout: expected seconds from 0 to 864000000, found \"soon\".",
                "f(9,2): limiter: unknown section. Did you mean 'limiters'?",
            ],
            problems);
    }

    [Fact]
    public void Say_what_was_expected_and_found_each_on_its_own()
    {
        ConfigurationProblem problem = Assert.Single(Bad.Problems("[limiters.api]\nrate_per_second = -5"));
        Assert.Equal(
            new ConfigurationProblem
            {
                File = "f",
                Line = 2,
                Column = 19,
                Key = "limiters.api.rate_per_second",
                Expected = "permits per second from 0.000000001 to 1000000000",
                Found = "-5",
                Message = "limiters.api.rate_per_second: expected permits per second from 0.000000001 to 1000000000, found -5.",
            },
            problem);
    }

    [Fact]
    public void Of_stores_that_are_not_named_list_them() => Assert.Equal(
        ["f(5,11): limiters.a.store: expected one of 'x', 'y', found nothing."],
        Bad.Toml("[stores.x]\nengine = \"memory\"\n[stores.y]\nengine = \"memory\"\n[limiters.a]\nmax_concurrent = 1"));

    [Fact]
    public void Of_cycles_name_the_way_round()
    {
        Assert.Equal(
            ["f(6,14): limiters.c.limiters: expected names that do not lead back, found a -> b -> c -> a."],
            Bad.Toml("[limiters.a]\nlimiters = [\"b\"]\n[limiters.b]\nlimiters = [\"c\"]\n[limiters.c]\n limiters = [\"a\"]\n[limiters.d]\nlimiters = [\"a\"]"));
    }

    [Fact]
    public void Of_a_chain_of_ten_thousand_need_no_deep_stack()
    {
        string toml = string.Concat(Enumerable.Range(0, 10_000).Select(static i => $"[limiters.l{i}]\nlimiters = [\"l{i + 1}\"]\n"));
        RateSyncConfiguration good = RateSyncConfiguration.Parse(toml + "[limiters.l10000]\nmax_concurrent = 1");
        Assert.Equal(10_001, good.Limiters.Count);
        string problem = Assert.Single(Bad.Toml(toml + "[limiters.l10000]\nlimiters = [\"l0\"]"));
        Assert.StartsWith("f(20002,13): limiters.l10000.limiters: expected names that do not lead back, found l0 -> l1 -> ", problem);
        Assert.EndsWith(" -> l19 and 9982 more.", problem);
    }

    [Fact]
    public void Of_many_names_that_are_all_wrong_take_no_longer_than_the_file_is_long()
    {
        string toml = string.Concat(Enumerable.Range(0, 12_000).Select(static i =>
            $"[stores.storage{i}]\nengine = \"memory\"\n[limiters.l{i}]\nstore = \"storage-{i}\"\n"));
        IReadOnlyList<ConfigurationProblem> problems = Bad.Problems(toml);
        Assert.Equal(101, problems.Count);
        Assert.Equal("f(4,1): limiters.l0.store: expected one of 'storage0', 'storage1', 'storage2', 'storage3', 'storage4', 'storage5', 'storage6', "
            + "'storage7', 'storage8', 'storage9', 'storage10', 'storage11' and 11988 more, found \"storage-0\". Did you mean \"storage0\"?", problems[1].ToString());
    }

    [Fact]
    public void Of_which_there_are_too_many_are_counted()
    {
        IReadOnlyList<ConfigurationProblem> problems = Bad.Problems(string.Concat(Enumerable.Range(0, 30_000).Select(static i => $"[limiters.limiter{i}]\n")));
        Assert.Equal(101, problems.Count);
        Assert.Equal("f: 29900 more problems are not listed.", problems[^1].ToString());
    }

    [Theory]
    [InlineData("limiters = 1", "f(1,12): limiters: expected a table, found 1.")]
    [InlineData("stores = []", "f(1,10): stores: expected a table, found a list.")]
    [InlineData("fastapi = true", "f(1,11): fastapi: expected a table, found true.")]
    [InlineData("[limiters]\napi = 5", "f(2,7): limiters.api: expected a table ([limiters.api]), found 5.")]
    [InlineData("[[limiters.api]]\nmax_concurrent = 1", "f(1,12): limiters.api: expected a table ([limiters.api]), found a list.")]
    [InlineData("[limiters.\"\"]\nmax_concurrent = 1", "f(1,11): limiters.\"\": the name must not be empty.")]
    [InlineData("[limiters.\"a b\"]\nmax = 1\nmax_concurrent = 1", "f(2,1): limiters.\"a b\".max: unknown key. Known: 'store', 'algorithm', 'rate_per_second', 'burst', 'limit', 'window_seconds', 'max_concurrent', 'timeout', 'fail_closed', 'on_store_failure', 'shadow', 'lease_ms' and 9 more.")]
    public void Of_sections(string toml, string problem) => Assert.Equal([problem], Bad.Toml(toml));
}
