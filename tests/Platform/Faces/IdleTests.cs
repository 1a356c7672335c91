using System.Threading.RateLimiting;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Platform.Faces;

public sealed class IdleTests
{
    [Fact]
    public void Idleness_begins_when_the_limiter_is_full_again()
    {
        ManualClock clock = new();
        using RateLimiter limiter = Kinds.Make("token bucket", 10, clock);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(2), limiter.IdleDuration);
        limiter.AttemptAcquire(5);
        Assert.Null(limiter.IdleDuration);
        clock.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Null(limiter.IdleDuration);
        clock.Advance(TimeSpan.FromMilliseconds(501));
        Assert.Equal(TimeSpan.FromMilliseconds(500), limiter.IdleDuration);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromMilliseconds(1500), limiter.IdleDuration);
    }

    [Fact]
    public void What_was_used_and_came_back_unseen_counts_from_when_it_is_seen()
    {
        ManualClock clock = new();
        using RateLimiter limiter = Kinds.Make("token bucket", 10, clock);
        clock.Advance(TimeSpan.FromSeconds(20));
        limiter.AttemptAcquire();
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, limiter.IdleDuration);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), limiter.IdleDuration);
    }

    [Fact]
    public void A_slot_that_is_out_is_not_idle()
    {
        ManualClock clock = new();
        using RateLimiter limiter = Kinds.Make("slots", 10, clock);
        RateLimitLease lease = limiter.AttemptAcquire();
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(limiter.IdleDuration);
        lease.Dispose();
        Assert.Equal(TimeSpan.Zero, limiter.IdleDuration);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), limiter.IdleDuration);
    }

    [Theory]
    [MemberData(nameof(Kinds.Rates), MemberType = typeof(Kinds))]
    public void Forgetting_an_idle_limiter_gains_nothing(string kind)
    {
        Random random = new(7);
        ManualClock clock = new();
        using RateLimiter limiter = Kinds.Make(kind, 8, clock);
        int idle = 0;
        for (int i = 0; i < 5_000; i++)
        {
            if (limiter.IdleDuration is not null)
            {
                // As good as new: a new one would not grant more.
                Assert.Equal(8, limiter.GetStatistics()!.CurrentAvailablePermits);
                idle++;
                if (random.Next(4) == 0)
                {
                    Assert.True(limiter.AttemptAcquire(8).IsAcquired);
                }
            }

            limiter.AttemptAcquire(random.Next(0, 3)).Dispose();
            clock.Advance(TimeSpan.FromMilliseconds(random.Next(0, 1_500)));
        }

        Assert.InRange(idle, 100, 4_900);
    }
}
