namespace RateSync.Fast.Tests.Generators.Sample;

public class BuiltIn
{
    [Fact]
    public async Task A_project_that_refers_to_the_generator_has_its_methods_written_when_it_is_built()
    {
        await using LimiterRegistry registry = new();
        registry.ConfigureLimiter("payments", new LimiterOptions { MaxConcurrent = 2 });
        Payments payments = new(registry);
        Assert.Equal(new Receipt("a", 1), await payments.PayAsync("a"));
        List<Receipt> read = [];
        await foreach (Receipt receipt in payments.ReadAsync())
        {
            read.Add(receipt);
            Assert.Equal(new Receipt("b", 2), await payments.PayAsync("b"));
        }

        Assert.Equal([new Receipt("read", 1), new Receipt("read", 1)], read);
        Assert.Equal(0, registry.GetState("payments").CurrentUsage);
    }

    [Fact]
    public void Each_value_of_a_template_has_a_limiter_of_its_own()
    {
        using LimiterRegistry registry = new();
        registry.ConfigureLimiter("tenant-a", new LimiterOptions { RatePerSecond = 1e-6, Burst = 1 });
        registry.ConfigureLimiter("tenant-bb", new LimiterOptions { RatePerSecond = 1e-6, Burst = 1 });
        Payments payments = new(registry);
        Assert.Equal(1, payments.Count("a"));
        Assert.Equal(2, payments.Count("bb"));
        RateLimitRejectedException refused = Assert.Throws<RateLimitRejectedException>(() => payments.Count("a"));
        Assert.Equal("tenant-a", refused.Decision.LimiterId);
        Assert.Equal("tenant-ccc", Assert.Throws<LimiterNotFoundException>(() => payments.Count("ccc")).Id);
    }

    [Fact]
    public void The_registry_of_the_process_is_asked_where_no_other_is_named() => Assert.Equal(
        "sample of the generator that nobody configures",
        Assert.Throws<LimiterNotFoundException>(Payments.Unknown).Id);
}
