namespace RateSync.Fast.Tests.Unit.Named;

/// <summary>A limiter that is found by name is everybody's.</summary>
public sealed class DisposalTests
{
    [Fact]
    public async Task Disposing_of_a_limiter_that_was_found_by_name_leaves_it_to_the_others()
    {
        LimiterRegistry registry = new(new LimiterRegistryOptions { AutoLoad = false });
        registry.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 1 });
        Limiter limiter = registry.GetLimiter("api");
        Assert.True(limiter.TryAcquire());
        ValueTask<Permit> waiting = registry.AcquireAsync("api");
        using (registry.GetLimiter("api"))
        {
            Assert.False(limiter.TryAcquire());
        }

        await limiter.DisposeAsync();
        limiter.Release();
        Permit permit = await waiting;
        permit.Dispose();
        Assert.True(registry.TryAcquire("api"));
        registry.Dispose();
        Assert.Throws<ObjectDisposedException>(() => limiter.TryAcquire());
    }
}
