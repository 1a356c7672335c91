using RateSync.Fast.Tests.Property.Checks;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Changes;

/// <summary>
/// Callers who leave some permits to those who come first, beside those who do: refused if and only if too few would be left.
/// </summary>
public sealed class KeepTests
{
    [Theory]
    [InlineData(LimitKind.Bucket)]
    [InlineData(LimitKind.Fixed)]
    [InlineData(LimitKind.Exact)]
    [InlineData(LimitKind.SubWindows)]
    [InlineData(LimitKind.Approximate)]
    public void A_low_call_is_granted_if_and_only_if_enough_is_left(LimitKind kind) => Sequences.Run(200, 80, (random, steps, log) =>
    {
        ManualClock clock = new(10_000_000, random.NextInt64(1L << 40));
        int limit = random.Next(1, 50);
        Limiter limiter = new Limit(kind, limit, new TimeSpan(random.Next(100, 100_000))) { SubWindows = random.Next(1, 8) }.Make(clock);
        for (int step = 0; step < steps; step++)
        {
            int permits = random.Next(1, Math.Min(5, limit) + 1);
            long keep = random.Next(3) == 0 ? 0 : random.Next(0, limit + 1);
            long left = limiter.GetState().Remaining;
            Decision peek = limiter.Engine.Peek(permits, keep);
            bool granted;
            if (random.Next(2) == 0)
            {
                granted = limiter.Engine.TryTake(permits, keep, out Permit permit);
                Assert.Equal(granted ? permits : 0, permit.Permits);
            }
            else
            {
                Decision decision = limiter.Engine.Attempt(permits, keep);
                granted = decision.Allowed;
                Assert.Equal(granted ? Math.Max(0, left - permits - keep) : peek.Remaining, decision.Remaining);
                Assert.Equal(granted ? TimeSpan.Zero : peek.RetryAfter, decision.RetryAfter);
            }

            log.Add($"{clock.Ticks}: {permits} of {left}, to leave {keep}: {granted}");
            Assert.Equal(left >= permits + keep, granted);
            Assert.Equal(granted, peek.Allowed);
            Assert.Equal(Math.Max(0, left - keep), peek.Remaining);
            if (granted)
            {
                Assert.Equal(left - permits, limiter.GetState().Remaining);
            }
            else
            {
                Assert.Equal(permits + keep - left, peek.Missing);
                WaitForIt(limiter, clock, permits, keep, peek.RetryAfter, random);
            }

            clock.Advance(random.Next(4) == 0 ? random.Next(0, 20_000) : 0);
        }
    });

    [Fact]
    public void What_lies_in_cells_is_left_too()
    {
        ManualClock clock = new();
        TokenBucket bucket = new(1e6, 1_000_000, null, clock);
        for (int i = 0; i < 1_000; i++)
        {
            Assert.True(bucket.TryAcquire());
        }

        Assert.NotEqual(0, bucket.Tokens.Reservoir.Look(clock.Ticks).Armed);
        Assert.False(bucket.Engine.TryTake(1, 999_000, out _));
        Assert.True(bucket.Engine.TryTake(1, 998_999, out _));
        Assert.Equal(998_999, bucket.GetState().Remaining);
    }

    [Fact]
    public void Slots_that_lie_with_the_cores_are_left_too()
    {
        TicketSemaphore semaphore = new(1_000);
        Assert.True(semaphore.TryAcquire(1_000));
        semaphore.Release(1_000);
        Assert.False(semaphore.Engine.TryTake(10, 991, out _));
        Assert.True(semaphore.Engine.TryTake(10, 990, out Permit permit));
        Assert.Equal(990, semaphore.Available);
        Assert.False(semaphore.Engine.Peek(1, 990).Allowed);
        permit.Dispose();
        Assert.Equal(10, semaphore.Engine.Peek(1, 990).Remaining);
        Assert.True(semaphore.TryAcquire(1_000));
    }

    private static void WaitForIt(Limiter limiter, ManualClock clock, int permits, long keep, TimeSpan after, Random random)
    {
        if (permits + keep > limiter.Limit)
        {
            Assert.Equal(Timeout.InfiniteTimeSpan, after);
            return;
        }

        if (random.Next(4) == 0)
        {
            clock.Advance(after - TimeSpan.FromTicks(1));
            Assert.False(limiter.Engine.Peek(permits, keep).Allowed, "It is too early.");
            clock.Advance(TimeSpan.FromTicks(1));
            Assert.True(limiter.Engine.Peek(permits, keep).Allowed, "It is time.");
        }
    }
}
