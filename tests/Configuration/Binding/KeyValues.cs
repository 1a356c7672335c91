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
        ["Limiters:api: limits nothing. It needs rate_per_second, or limit and window_seconds, or max_concurrent, or limiters."],
        Bad.Values(("Limiters:api", nothing)));

    [Fact]
    public void One_key_in_two_spellings_is_an_error() => Assert.Equal(
        ["Limiters:api:RatePerSecond: is given twice, in different spellings."],
        Bad.Values(("Limiters:api:RatePerSecond", "1"), ("Limiters:api:rate_per_second", "2")));

    [Fact]
    public void Without_any_there_is_nothing() => Assert.Empty(RateSyncConfiguration.FromValues([]).Limiters);
}
