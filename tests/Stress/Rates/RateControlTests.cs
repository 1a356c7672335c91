using System.Diagnostics;
using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Shared;
using RateSync.Fast.Tests.Stress.Checking;
using RateSync.Fast.Tests.Stress.Controls;
using RateSync.Fast.Tests.Stress.Recording;
using RateSync.Fast.Tests.Stress.Running;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Stress.Rates;

/// <summary>The detectors of <see cref="RateBoundTests"/> find limiters that are broken.</summary>
public sealed class RateControlTests
{
    private static readonly TimeSpan s_length = TimeSpan.FromMilliseconds(500);
    private static readonly long s_window = Stopwatch.Frequency / 50;

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public void A_bucket_that_loses_subtractions_is_found(int threads)
    {
        RateLaw law = RateLaw.PerSecond(200_000, 1_000);
        Verify.IsFound(() =>
        {
            UnsynchronizedBucket bucket = new(law.PerSecondAsDouble, law.Burst);
            return RateSubjects.Of(bucket.TryAcquire, law).Put(threads, Demand.Saturated, s_length);
        });
    }

    [Fact]
    public void Caches_that_are_not_charged_are_found()
    {
        RateLaw law = RateLaw.PerSecond(200_000, 500);
        Verify.IsFound(() =>
        {
            UnchargedCaches caches = new(law.PerSecondAsDouble, law.Burst, chunk: 100);
            return RateSubjects.Of(caches.TryAcquire, law).Put(2, Demand.Bursty, s_length);
        });
    }

    [Fact]
    public void A_rate_a_tenth_too_high_is_found()
    {
        RateLaw law = RateLaw.PerSecond(300_000, 1_000);
        Verify.IsFound(() =>
        {
            // What an interval rounded down to whole microseconds makes of 300,000 a second.
            LockedBucket bucket = new(333_333, law.Burst);
            return RateSubjects.Of(bucket.TryAcquire, law).Put(2, Demand.Saturated, s_length);
        });
    }

    [Fact]
    public void One_permit_too_many_is_found()
    {
        RateLaw law = RateLaw.PerSecond(1_000, 10);
        Verify.IsFound(() =>
        {
            Clock clock = new(null);
            RateScale scale = RateScale.Create(law.PerSecondAsDouble, law.Burst, clock.Frequency);
            GcraReservoir<DefectiveAtomics<BurstOneTooLarge>> reservoir = new(scale, ChunkPlan.None, clock, clock.Now(), law.Burst, null);
            ShardedReservoir<GcraReservoir<DefectiveAtomics<BurstOneTooLarge>>, DefectiveAtomics<BurstOneTooLarge>> tokens = new(reservoir, clock);
            return RateSubjects.Of(permits => tokens.TryTake(ThreadSlot.Current, permits), law).Put(2, Demand.Bursty, s_length);
        });
    }

    [Fact]
    public void A_fixed_window_that_says_it_slides_is_found()
    {
        Verify.IsFound(() =>
        {
            BorderBlindWindow window = new(100, s_window);
            return Window(window.TryAcquire, static calls => WindowBound.Check(calls, 100, s_window)).Put(4, Demand.Bursty, s_length);
        });
    }

    [Fact]
    public void A_window_that_checks_before_it_counts_is_found()
    {
        Verify.IsFound(() =>
        {
            CheckThenCountWindow window = new(1_000, s_window);
            long border = Stopwatch.GetTimestamp() / s_window * s_window;
            return Window(window.TryAcquire, calls => WindowBound.CheckAligned(calls, 1_000, s_window, border, border))
                .Put(16, Demand.Saturated, s_length);
        });
    }

    [Fact]
    public void A_limiter_that_gives_a_tenth_too_little_is_found()
    {
        RateLaw law = RateLaw.PerSecond(10_000, 1);
        Verify.IsFound(() =>
        {
            // A burst so large that the machine would have to stand still for a second to be an excuse.
            LockedBucket bucket = new(9_000, 10_000);
            Assert.True(bucket.TryAcquire(10_000));
            return (RateSubjects.Of(bucket.TryAcquire, law.With(10_000)) with { BurstTicks = Stopwatch.Frequency })
                .Put(2, Demand.Saturated, s_length);
        });
    }

    private static RateSubject Window(Func<int, bool> tryTake, Func<Call[], BoundReport> check) => new()
    {
        TryTake = tryTake,
        Check = check,
        Allowed = static _ => 0,
        BurstTicks = s_window,
        MostPerSecond = 500_000,
    };
}
