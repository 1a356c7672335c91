namespace RateSync.Fast.Tests.Configuration.Binding;

public class KeyValues
{
    [Fact]
    public void Are_read_like_a_file()
    {
        RateSyncConfiguration configuration = RateSyncConfiguration.FromValues(
            Bad.Pairs(
                ("Stores", null),
                ("Stores:main:Engine", "memory"),
                ("Limiters", null),
                ("Limiters:Api:RatePerSecond", "2.5"),
                ("limiters:api:BURST", "5"),
                ("Limiters:Api:max_concurrent", "3"),
                ("Limiters:Api:Timeout", "00:00:30"),
                ("Limiters:Api:WindowSeconds", null),
                ("Limiters:Api:OnStoreFailure", "Closed"),
                ("Limiters:Api:Shadow", "True"),
                ("Limiters:Api:Priorities:Low", "0.5"),
                ("Limiters:Api:Weights:1", "2"),
                ("Limiters:Api:Weights:gold_plus", "${WEIGHT:-4}"),
                ("Limiters:all:Limiters:1", "7"),
                ("Limiters:all:Limiters:0", "b"),
                ("Limiters:b:Algorithm", "SlidingWindow"),
                ("Limiters:b:Limit", "5"),
                ("Limiters:b:WindowSeconds", "0.5"),
                ("Limiters:7:MaxConcurrent", "1")),
            static _ => null);
        Assert.Equal(["Api", "all", "b", "7"], configuration.Limiters.Keys);
        Assert.Equal(
            new LimiterOptions
            {
                Store = "main",
                RatePerSecond = 2.5,
                Burst = 5,
                MaxConcurrent = 3,
                Timeout = TimeSpan.FromSeconds(30),
                OnStoreFailure = StoreFailurePolicy.Closed,
                Shadow = true,
                Priorities = new Dictionary<Priority, double> { [Priority.Low] = 0.5 },
                Fair = true,
                Weights = new Dictionary<string, double> { ["1"] = 2, ["gold_plus"] = 4 },
            },
            configuration.Limiters["Api"]);
        Assert.Equal(new LimiterOptions { Limiters = ["b", "7"] }, configuration.Limiters["all"]);
        Assert.Equal(
            new LimiterOptions { Store = "main", Algorithm = LimiterAlgorithm.SlidingWindow, Limit = 5, Window = TimeSpan.FromSeconds(0.5) },
            configuration.Limiters["b"]);
    }

    [Fact]
    public void That_are_wrong_are_reported_without_a_place()
    {
        Assert.Equal(
            [
                "Limiters:api:Brust: unknown key. Did you mean 'Burst'?",
                "Limiters:api:RatePerSecond: expected permits per second from 0.000000001 to 1000000000, found \"ten\".",
            ],
            Bad.Values(("Limiters:api:RatePerSecond", "ten"), ("Limiters:api:Brust", "5")).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void An_empty_section_is_a_limiter_that_limits_nothing(string? nothing) => Assert.Equal(
        ["Limiters:api: limits nothing. It needs RatePerSecond, or Limit and WindowSeconds, or MaxConcurrent, or Limiters."],
        Bad.Values(("Limiters:api", nothing)));

    [Theory]
    [InlineData("Burst", "5", "Limiters:api:Burst: expected RatePerSecond beside it, found \"5\".")]
    [InlineData("RatePerSecnd", "5", "Limiters:api:RatePerSecnd: unknown key. Did you mean 'RatePerSecond'?")]
    [InlineData("Limit", "5", "Limiters:api:Limit: expected RatePerSecond for the algorithm \"token_bucket\", found \"5\". For Limit and WindowSeconds choose \"Algorithm\": \"sliding_window\", \"sliding_window_counter\" or \"fixed_window\".")]
    [InlineData("window_seconds", "5", "Limiters:api:window_seconds: expected RatePerSecond for the algorithm \"token_bucket\", found \"5\". For Limit and window_seconds choose \"Algorithm\": \"sliding_window\", \"sliding_window_counter\" or \"fixed_window\".")]
    public void Other_keys_are_named_as_they_are_or_would_be_written(string key, string value, string problem) =>
        Assert.Contains(problem, Bad.Values(($"Limiters:api:{key}", value)));

    [Fact]
    public void A_limiter_of_others_names_the_place_of_its_parts_as_it_is_written() => Assert.Equal(
        ["Limiters:all:MaxConcurrent: expected nothing of its own beside Limiters, found \"1\". "
            + "Put it into a limiter with another name, and name that in Limiters:all:Limiters."],
        Bad.Values(("Limiters:all:MaxConcurrent", "1"), ("Limiters:all:Limiters:0", "b"), ("Limiters:b:MaxConcurrent", "1")));

    [Fact]
    public void One_key_in_two_spellings_is_an_error() => Assert.Equal(
        ["Limiters:api:RatePerSecond: is given twice, in different spellings."],
        Bad.Values(("Limiters:api:RatePerSecond", "1"), ("Limiters:api:rate_per_second", "2")));

    [Fact]
    public void Without_any_there_is_nothing() => Assert.Empty(RateSyncConfiguration.FromValues([]).Limiters);
}
