using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;

namespace RateSync.Fast.Tests.Platform.Faces;

public sealed class AllocationTests
{
    private const int Calls = 1_000;

    [Theory]
    [MemberData(nameof(Kinds.Rates), MemberType = typeof(Kinds))]
    public void A_rate_grants_and_refuses_without_allocating(string kind)
    {
        using RateLimiter granting = Kinds.Make(kind, 60_000);
        Assert.Equal(0, PerCall(() => granting.AttemptAcquire().Dispose()));
        Assert.Equal(0, PerCall(() => granting.AcquireAsync().Result.Dispose()));
        using RateLimiter refusing = new SlidingWindow(1, TimeSpan.FromDays(1)).AsRateLimiter();
        refusing.AttemptAcquire();
        Assert.Equal(0, PerCall(() => refusing.AttemptAcquire().Dispose()));
        Assert.Equal(0, PerCall(() => refusing.AcquireAsync().Result.Dispose()));
    }

    [Fact]
    public void A_slot_takes_a_lease_of_thirty_two_bytes()
    {
        using RateLimiter limiter = Kinds.Make("slots", 1);
        Assert.Equal(32, PerCall(() => limiter.AttemptAcquire().Dispose()));
        using RateLimitLease held = limiter.AttemptAcquire();
        Assert.Equal(0, PerCall(() => limiter.AttemptAcquire().Dispose()));
    }

    [Fact]
    public void Keys_are_granted_and_refused_without_allocating()
    {
        using KeyedLimiter limiter = new(1e-3, 1_000_000);
        using PartitionedRateLimiter<string> face = limiter.AsPartitionedRateLimiter<string>(static key => key);
        Assert.Equal(0, PerCall(() => face.AttemptAcquire("key").Dispose()));
        using KeyedLimiter full = new(1e-3, 1);
        using PartitionedRateLimiter<string> refusing = full.AsPartitionedRateLimiter<string>(static key => key);
        Assert.Equal(0, PerCall(() => refusing.AttemptAcquire("key").Dispose()));
    }

    [Fact]
    public void Chosen_limiters_are_asked_without_allocating()
    {
        using TokenBucket bucket = new(1, 1_000_000);
        using PartitionedRateLimiter<string> face = RateSyncRateLimiter.CreatePartitioned<string>(_ => bucket);
        Assert.Equal(0, PerCall(() => face.AttemptAcquire("anybody").Dispose()));
    }

    /// <summary>Once the code is warm.</summary>
    private static double PerCall(Action call)
    {
        long bytes = 0;
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Calls; i++)
            {
                call();
            }

            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return (double)bytes / Calls;
    }
}
