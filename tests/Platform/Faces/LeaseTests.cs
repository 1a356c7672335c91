using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;

namespace RateSync.Fast.Tests.Platform.Faces;

public sealed class LeaseTests
{
    [Fact]
    public void Grants_of_a_rate_are_one_lease()
    {
        using RateLimiter limiter = Kinds.Make("token bucket", 2);
        Assert.Same(limiter.AttemptAcquire(), limiter.AttemptAcquire());
    }

    [Fact]
    public void A_slot_is_given_back_once_by_many_threads()
    {
        using RateLimiter limiter = Kinds.Make("slots", 3);
        for (int i = 0; i < 200; i++)
        {
            RateLimitLease lease = limiter.AttemptAcquire(2);
            Parallel.For(0, 4, _ => lease.Dispose());
            Assert.Equal(3, limiter.GetStatistics()!.CurrentAvailablePermits);
        }
    }

    [Fact]
    public void The_second_disposal_of_one_lease_does_not_touch_the_next()
    {
        Limiter[] limiters = [new TicketSemaphore(1), new AdaptiveSemaphore(), new CompositeLimiter(new TicketSemaphore(1))];
        foreach (Limiter limiter in limiters)
        {
            using RateLimiter face = limiter.AsRateLimiter(new RateLimiterFaceOptions { DisposeLimiter = true });
            long free = face.GetStatistics()!.CurrentAvailablePermits;
            RateLimitLease first = face.AttemptAcquire();
            first.Dispose();
            RateLimitLease second = face.AttemptAcquire();
            first.Dispose();
            Assert.Equal(free - 1, face.GetStatistics()!.CurrentAvailablePermits);
            second.Dispose();
            Assert.Equal(free, face.GetStatistics()!.CurrentAvailablePermits);
        }
    }

    [Fact]
    public void A_refusal_disposed_of_twice_is_used_once()
    {
        using RateLimiter limiter = new SlidingWindow(1, TimeSpan.FromDays(1)).AsRateLimiter();
        limiter.AttemptAcquire();
        RateLimitLease refused = limiter.AttemptAcquire();
        refused.Dispose();
        refused.Dispose();
        Assert.NotSame(limiter.AttemptAcquire(), limiter.AttemptAcquire());
    }

    [Fact]
    public async Task The_face_and_the_limiter_share_permits_and_line()
    {
        using TicketSemaphore slots = new(1);
        using RateLimiter face = slots.AsRateLimiter(new RateLimiterFaceOptions { QueueLimit = 1 });
        Assert.True(slots.TryEnter());
        Assert.False(face.AttemptAcquire().IsAcquired);
        Task<RateLimitLease> wait = face.AcquireAsync().AsTask();
        ValueTask<Permit> later = slots.AcquireAsync();
        slots.Exit();
        using RateLimitLease lease = await wait.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(lease.IsAcquired);
        Assert.False(later.IsCompleted);
        lease.Dispose();
        (await later.AsTask().WaitAsync(TimeSpan.FromSeconds(30))).Dispose();
    }

    [Fact]
    public void A_limiter_outlives_its_face_unless_told_otherwise()
    {
        using TokenBucket bucket = new(1, 10);
        bucket.AsRateLimiter().Dispose();
        Assert.True(bucket.TryAcquire());
        bucket.AsRateLimiter(new RateLimiterFaceOptions { DisposeLimiter = true }).Dispose();
        Assert.Throws<ObjectDisposedException>(() => bucket.TryAcquire());
    }

    [Fact]
    public async Task A_limiter_that_its_owner_disposes_of_fails_those_who_wait()
    {
        TicketSemaphore slots = new(1);
        slots.TryEnter();
        using RateLimiter face = slots.AsRateLimiter(new RateLimiterFaceOptions { QueueLimit = 1 });
        Task<RateLimitLease> wait = face.AcquireAsync().AsTask();
        slots.Dispose();
        Assert.False((await wait.WaitAsync(TimeSpan.FromSeconds(30))).IsAcquired);
        Assert.Throws<ObjectDisposedException>(() => face.AttemptAcquire());
    }

    [Fact]
    public void Options_that_the_platform_refuses_are_refused()
    {
        Assert.Throws<ArgumentException>(() => RateSyncRateLimiter.Create(new TokenBucketRateLimiterOptions()));
        Assert.Throws<ArgumentException>(() => RateSyncRateLimiter.Create(new FixedWindowRateLimiterOptions()));
        Assert.Throws<ArgumentException>(() => RateSyncRateLimiter.Create(new SlidingWindowRateLimiterOptions()));
        Assert.Throws<ArgumentException>(() => RateSyncRateLimiter.Create(new ConcurrencyLimiterOptions()));
        ConcurrencyLimiterOptions negative = new() { PermitLimit = 1, QueueLimit = -1 };
        Assert.Throws<ArgumentException>(() => RateSyncRateLimiter.Create(negative));
        Assert.Throws<ArgumentNullException>(() => RateSyncRateLimiter.Create((ConcurrencyLimiterOptions)null!));
        using TokenBucket bucket = new(1, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => bucket.AsRateLimiter(new RateLimiterFaceOptions { QueueLimit = -1 }));
        RateLimiterFaceOptions unknown = new() { QueueProcessingOrder = (QueueProcessingOrder)2 };
        Assert.Throws<ArgumentOutOfRangeException>(() => bucket.AsRateLimiter(unknown));
    }
}
