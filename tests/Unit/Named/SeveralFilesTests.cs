using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Named;

/// <summary>What happens when several sources say something about the same limiters, and when they stop to.</summary>
public sealed class SeveralFilesTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly LimiterRegistry _registry;

    public SeveralFilesTests() =>
        _registry = new LimiterRegistry(new LimiterRegistryOptions { TimeProvider = _clock, AutoLoad = false });

    public void Dispose() => _registry.Dispose();

    [Fact]
    public void A_limiter_that_comes_back_is_the_same_with_what_was_spent_and_slots_that_are_out()
    {
        Apply("a", "[limiters.api]\nrate_per_second = 0.001\nburst = 10\nmax_concurrent = 1\n[limiters.other]\nrate_per_second = 1");
        Limiter limiter = _registry.GetLimiter("api");
        Assert.True(_registry.TryAcquire("api", out Permit permit, 10));
        Assert.Equal(["api"], Apply("a", "[limiters.other]\nrate_per_second = 1"));
        Assert.Throws<LimiterNotFoundException>(() => _registry.TryAcquire("api"));
        Assert.Equal(["api"], Apply("a", "[limiters.api]\nrate_per_second = 0.001\nburst = 12\nmax_concurrent = 1\n[limiters.other]\nrate_per_second = 1"));
        Assert.Same(limiter, _registry.GetLimiter("api"));
        Assert.False(_registry.TryAcquire("api"));
        permit.Dispose();
        Assert.True(_registry.TryAcquire("api", 2));
        _registry.Release("api");
        Assert.False(_registry.TryAcquire("api"));
    }

    [Fact]
    public async Task Who_waits_for_a_limiter_that_is_gone_is_told_when_the_registry_goes()
    {
        Apply("a", "[limiters.api]\nmax_concurrent = 1");
        Assert.True(_registry.TryAcquire("api"));
        Task<Permit> wait = _registry.AcquireAsync("api", TestContext.Current.CancellationToken).AsTask();
        Apply("a", "");
        _registry.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => wait.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_limiter_that_two_files_name_stays_until_neither_does(double other)
    {
        Apply("a", "[limiters.api]\nrate_per_second = 1");
        Apply("b", $"[limiters.api]\nrate_per_second = {other}");
        Assert.Equal(other, _registry.GetConfig("api").RatePerSecond);
        Apply("a", "");
        Assert.Equal(other, _registry.GetConfig("api").RatePerSecond);
        Apply("a", "[limiters.api]\nrate_per_second = 3");
        Assert.Equal(3, _registry.GetConfig("api").RatePerSecond);
        Apply("a", "");
        Assert.Equal(other, _registry.GetConfig("api").RatePerSecond);
        Apply("b", "");
        Assert.Throws<LimiterNotFoundException>(() => _registry.TryAcquire("api"));
    }

    [Fact]
    public void Limiters_of_several_files_that_lead_back_to_each_other_are_refused()
    {
        Apply("a", "[limiters.x]\nrate_per_second = 1\n[limiters.y]\nlimiters = [\"x\"]");
        ConfigurationException thrown = Assert.Throws<ConfigurationException>(() => Apply("b", "[limiters.x]\nlimiters = [\"y\"]", "y"));
        Assert.Contains("x, y", thrown.Message.Replace("'", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(_registry.TryAcquire("y"));
        Assert.False(_registry.TryAcquire("x"));
    }

    [Fact]
    public void A_store_that_others_use_cannot_be_dropped()
    {
        Apply("a", "[stores.main]\nengine = \"redis\"\nurl = \"redis://h\"");
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1, Store = "main" });
        Assert.Throws<ConfigurationException>(() => Apply("a", "[limiters.new]\nrate_per_second = 1"));
        Assert.Throws<StoreUnavailableException>(() => _registry.TryAcquire("api"));
        Assert.False(_registry.TryGetLimiter("new", out _));
    }

    [Fact]
    public void What_refers_to_others_can_grant_as_much_as_they_can_now()
    {
        _registry.ConfigureLimiter("part", new LimiterOptions { RatePerSecond = 1, Burst = 5 });
        _registry.ConfigureLimiter("all", new LimiterOptions { Limiters = ["part"] });
        _registry.ConfigureLimiter("part", new LimiterOptions { RatePerSecond = 1, Burst = 8 });
        Assert.True(_registry.TryAcquire("all", 8));
        _registry.ConfigureLimiter("part", new LimiterOptions { RatePerSecond = 1, Burst = 3 });
        Assert.Throws<ArgumentOutOfRangeException>(() => _registry.TryAcquire("all", 4));
    }

    [Fact]
    public void Numbers_that_no_word_can_hold_together_are_a_mistake_of_the_configuration()
    {
        LimiterOptions options = new() { RatePerSecond = 1e-9, Burst = 1_000_000_000 };
        Assert.Throws<ConfigurationException>(() => _registry.ConfigureLimiter("api", options));
        Assert.Throws<ConfigurationException>(() => Apply("a", "[limiters.api]\nrate_per_second = 1e-9\nburst = 1000000000"));
        Assert.False(_registry.TryGetLimiter("api", out _));
    }

    private IReadOnlyList<string> Apply(string source, string toml, params string[] known) =>
        _registry.Apply(RateSyncConfiguration.Parse(toml, source, knownLimiters: known), source);
}
