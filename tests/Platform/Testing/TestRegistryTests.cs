using RateSync.Fast.Testing;

namespace RateSync.Fast.Tests.Platform.Testing;

/// <summary>A registry for one test stands alone and goes by the test's clock.</summary>
[Collection(ProcessRegistry.Name)]
public class TestRegistryTests
{
    [Fact]
    public void Its_limiters_go_by_its_clock()
    {
        using TestRegistry registry = new();
        Assert.Empty(registry.Registry.ListLimiters());
        registry.Registry.ConfigureLimiter("mail", new LimiterOptions { RatePerSecond = 1, Burst = 2 });
        Limiter mail = registry["mail"];
        mail.ShouldGrant(2);
        mail.ShouldRefuse(TimeSpan.FromSeconds(1));
        registry.Clock.Advance(TimeSpan.FromSeconds(1));
        mail.ShouldGrant();
        Assert.Throws<LimiterNotFoundException>(() => registry["other"]);
    }

    [Fact]
    public void It_can_stand_in_for_the_registry_of_the_process_and_goes_again()
    {
        using TestRegistry outer = new TestRegistry().UseForProcess();
        using (TestRegistry registry = new TestRegistry().UseForProcess())
        {
            registry.Registry.ConfigureLimiter("once", new LimiterOptions { RatePerSecond = 1, Burst = 1 });
            Assert.Same(registry.Registry, RateLimit.Registry);
            Assert.True(RateLimit.TryAcquire("once"));
            Assert.False(RateLimit.TryAcquire("once"));
            Assert.Throws<InvalidOperationException>(() => registry.UseForProcess());
        }

        Assert.Same(outer.Registry, RateLimit.Registry);
    }
}
