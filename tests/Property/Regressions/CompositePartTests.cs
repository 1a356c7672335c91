namespace RateSync.Fast.Tests.Property.Regressions;

/// <summary>What a composite owes its parts when one of them throws, and its waiters when any part will do.</summary>
public class CompositePartTests
{
    [Fact]
    public void A_part_that_has_been_disposed_of_costs_the_others_nothing()
    {
        using TicketSemaphore slots = new(1);
        TokenBucket bucket = new(1, 5);
        using CompositeLimiter both = new(slots, bucket);
        bucket.Dispose();
        for (int i = 0; i < 3; i++)
        {
            Assert.Throws<ObjectDisposedException>(() => both.TryAcquire());
            Assert.Throws<ObjectDisposedException>(() => both.TryAcquire(out _));
            Assert.Throws<ObjectDisposedException>(() => both.Attempt());
            Assert.Equal(1, slots.Available);
        }
    }

    [Fact]
    public async Task Whoever_waits_for_any_part_gets_the_one_that_comes_free()
    {
        using TicketSemaphore first = new(1);
        using TicketSemaphore second = new(1);
        using CompositeLimiter any = new([first, second], new CompositeLimiterOptions { Strategy = CompositeStrategy.AnyMustPass });
        Assert.True(first.TryEnter());
        Assert.True(second.TryEnter());
        for (int i = 0; i < 50; i++)
        {
            Task<Permit> wait = any.AcquireAsync().AsTask();
            second.Exit();
            Permit permit = await wait.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(0, first.Available);
            Assert.Equal(0, second.Available);
            permit.Dispose();
            Assert.True(second.TryEnter());
        }
    }

    [Fact]
    public void A_debt_that_one_part_cannot_hold_is_charged_to_none()
    {
        using TokenBucket wide = new(1000, 1000);
        using TokenBucket slow = new(1.0 / 86_400, 1);
        using CompositeLimiter both = new(wide, slow);
        Assert.True(both.TryAcquire(out Permit permit));
        long before = wide.GetState().Remaining;
        Assert.Throws<ArgumentOutOfRangeException>(() => permit.Settle(int.MaxValue));
        Assert.InRange(wide.GetState().Remaining, before, 1000);
    }
}
