namespace RateSync.Fast.Tests.Configuration.Binding;

public class Descriptions
{
    [Theory]
    [InlineData(
        "rate_per_second = 10\nburst = 100\nmax_concurrent = 5\ntimeout = 30",
        "grants up to 100 at once and 10 a second on average; at most 5 at the same time; a caller waits up to 30 s; declared excess 0")]
    [InlineData("rate_per_second = 2.5", "grants up to 3 at once and 2.5 a second on average; a caller waits as long as it takes; declared excess 0")]
    [InlineData("rate_per_second = 0.5\ntimeout = 0", "grants 0.5 a second, evenly spaced; a caller does not wait; declared excess 0")]
    [InlineData(
        "algorithm = \"leaky_bucket\"\nrate_per_second = 5\nqueue_limit = 7\ntimeout = 0.25",
        "grants 5 a second, evenly spaced; a caller waits up to 250 ms, 7 of them at most; declared excess 0")]
    [InlineData(
        "algorithm = \"sliding_window\"\nlimit = 5\nwindow_seconds = 300",
        "grants at most 5 in any 300 s; a caller waits as long as it takes; declared excess 0")]
    [InlineData(
        "algorithm = \"sliding_window_counter\"\nlimit = 5\nwindow_seconds = 300",
        "grants at most 5 in any 300 s, counted in tenths of it; a caller waits as long as it takes; declared excess 0")]
    [InlineData(
        "algorithm = \"fixed_window\"\nlimit = 5\nwindow_seconds = 0.5",
        "grants at most 5 in each period of 500 ms (around the border of two up to 10); a caller waits as long as it takes; declared excess 5")]
    [InlineData(
        "algorithm = \"fixed_window\"\nlimit = 5\nwindow_seconds = 0.5\nshadow = true",
        "grants at most 5 in each period of 500 ms (around the border of two up to 10); a caller waits as long as it takes; declared excess without bound; in shadow: decides and counts, but never refuses")]
    [InlineData(
        "max_concurrent = 4\npriorities = { normal = 0.8, low = 0.5 }\nweights = { gold = 4 }",
        "at most 4 at the same time; a caller waits as long as it takes; calls of low priority use up to 50 %, calls of normal priority use up to 80 %, tenants take turns by weight ('gold' 4, others 1); declared excess 0")]
    [InlineData("max_concurrent = 4\nfair = true", "at most 4 at the same time; a caller waits as long as it takes; tenants take turns; declared excess 0")]
    [InlineData("limiters = [\"b\"]", "asks for all of 'b'; a caller waits as long as it takes; declared excess 0")]
    [InlineData("limiters = [\"b\"]\nstrategy = \"any_must_pass\"", "asks for one of 'b'; a caller waits as long as it takes; declared excess 0")]
    public void Say_what_a_limiter_does(string body, string words) =>
        Assert.Equal(words, RateSyncConfiguration.Parse($"[limiters.b]\nmax_concurrent = 1\n[limiters.a]\n{body}").Describe("a"));

    [Theory]
    [InlineData("", "grants everything while that cannot be reached; declared excess 0 while the store can be reached")]
    [InlineData("fail_closed = true", "refuses while that cannot be reached; declared excess 0")]
    [InlineData("on_store_failure = \"closed\"", "refuses while that cannot be reached; declared excess 0")]
    [InlineData("fail_closed = true\non_store_failure = \"local\"", "keeps to this process's share while that cannot be reached; declared excess 0 while the store can be reached")]
    public void Say_what_a_store_means(string body, string words) => Assert.Equal(
        "at most 1 at the same time; a caller waits as long as it takes; counted together with other processes in 'r' (redis); " + words,
        RateSyncConfiguration.Parse($"[stores.r]\nengine = \"redis\"\nurl = \"redis://h\"\n[limiters.a]\nmax_concurrent = 1\n{body}").Describe("a"));

    [Theory]
    [InlineData("max_concurrent = 1", 0d, "", "declared excess 0")]
    [InlineData("algorithm = \"fixed_window\"\nlimit = 7\nwindow_seconds = 1", 7d, "around the border of two periods both their limits may be used", "declared excess 7")]
    [InlineData("limiters = [\"ok\", \"w\"]", 5d, "'w': around the border of two periods both their limits may be used", "declared excess 5")]
    [InlineData("limiters = [\"ok\", \"s\", \"w\"]", double.PositiveInfinity, "'s': it is in shadow and never refuses", "declared excess without bound")]
    public void Say_what_the_limiter_itself_declares(string body, double permits, string reason, string words)
    {
        RateSyncConfiguration configuration = RateSyncConfiguration.Parse($"""
            [limiters.ok]
            rate_per_second = 1
            [limiters.w]
            algorithm = "fixed_window"
            limit = 5
            window_seconds = 1
            [limiters.s]
            max_concurrent = 1
            shadow = true
            [limiters.a]
            {body}
            """);
        Assert.Equal(permits, configuration.GetDeclaredExcess("a", out string said));
        Assert.Equal(reason, said);
        Assert.Contains(words, configuration.Describe("a"), StringComparison.Ordinal);
        using LimiterRegistry registry = new(new LimiterRegistryOptions { AutoLoad = false });
        registry.Apply(configuration, "test");
        Assert.Equal(permits, registry.GetLimiter("a").DeclaredExcess);
    }

    [Fact]
    public void Of_a_limiter_that_is_not_there_name_the_nearest()
    {
        RateSyncConfiguration configuration = RateSyncConfiguration.Parse("[limiters.api]\nmax_concurrent = 1");
        Assert.Equal("There is no limiter 'apo'. Did you mean 'api'?", Assert.Throws<LimiterNotFoundException>(() => configuration.Describe("apo")).Message);
        Assert.Throws<ArgumentNullException>(() => configuration.Describe(null!));
    }
}
