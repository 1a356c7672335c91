namespace RateSync.Fast.Tests.Unit.Named;

/// <summary>
/// Slots of a limiter that loses its <c>max_concurrent</c> and gets it again: if all who hold one give it back, all are there again.
/// </summary>
public sealed class SlotReturnTests : IDisposable
{
    private const int Slots = 3;
    private readonly LimiterRegistry _registry = new(new LimiterRegistryOptions { AutoLoad = false });

    public SlotReturnTests() => With(Slots);

    public void Dispose() => _registry.Dispose();

    [Fact]
    public void Slots_that_were_given_back_while_there_was_no_limit_are_there_again()
    {
        TakeAll();
        With(null);
        Release(Slots);
        With(Slots);
        ShouldHaveAll();
    }

    [Fact]
    public void Slots_that_are_given_back_at_once_are_there_again()
    {
        TakeAll();
        With(null);
        _registry.Release("db", Slots);
        With(Slots);
        ShouldHaveAll();
    }

    [Fact]
    public void Slots_that_are_out_all_the_while_are_still_out()
    {
        TakeAll();
        With(null);
        Assert.True(_registry.TryAcquire("db"));
        With(Slots);
        Assert.False(_registry.TryAcquire("db"));
        Release(Slots);
        ShouldHaveAll();
    }

    [Fact]
    public void Some_are_given_back_before_and_some_after()
    {
        TakeAll();
        With(null);
        Release(1);
        With(Slots);
        Assert.True(_registry.TryAcquire("db"));
        Assert.False(_registry.TryAcquire("db"));
        Release(Slots);
        ShouldHaveAll();
    }

    [Fact]
    public void Who_took_none_gives_none_back()
    {
        With(null);
        Assert.True(_registry.TryAcquire("db"));
        Release(5);
        With(Slots);
        ShouldHaveAll();
    }

    [Fact]
    public void Who_took_none_and_releases_when_there_are_slots_again_gives_back_what_is_not_out()
    {
        With(null);
        Assert.True(_registry.TryAcquire("db"));
        With(Slots);
        Assert.Throws<SemaphoreFullException>(() => _registry.Release("db"));
        ShouldHaveAll();
    }

    [Fact]
    public void Permits_find_their_way_home_at_any_time()
    {
        Permit[] permits = new Permit[Slots];
        for (int i = 0; i < Slots; i++)
        {
            Assert.True(_registry.TryAcquire("db", out permits[i]));
        }

        permits[0].Dispose();
        With(null);
        permits[1].Dispose();
        permits[1].Dispose();
        With(Slots);
        permits[2].Dispose();
        ShouldHaveAll();
    }

    [Fact]
    public void A_rate_that_comes_and_goes_beside_them_changes_nothing()
    {
        TakeAll();
        With(Slots, rate: false);
        Release(1);
        With(null);
        Release(Slots - 1);
        With(Slots, rate: false);
        ShouldHaveAll();
    }

    private void With(int? slots, bool rate = true) => _registry.ConfigureLimiter("db", new LimiterOptions
    {
        RatePerSecond = rate ? 1_000_000 : null,
        Burst = rate ? 1_000_000 : null,
        MaxConcurrent = slots,
    });

    private void TakeAll()
    {
        for (int i = 0; i < Slots; i++)
        {
            Assert.True(_registry.TryAcquire("db"));
        }

        Assert.False(_registry.TryAcquire("db"));
    }

    private void Release(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _registry.Release("db");
        }
    }

    private void ShouldHaveAll()
    {
        TakeAll();
        Release(Slots);
    }
}
