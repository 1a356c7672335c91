using RateSync.Fast.Tests.Property.Waiting;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Composite;

public sealed class CompositeWaitTests
{
    [Fact]
    public async Task A_wait_that_no_part_can_meet_in_time_is_refused_without_taking_anything()
    {
        ManualClock clock = new();
        TokenBucket slow = new(1, 1, new TokenBucketOptions { Id = "slow" }, clock);
        TokenBucket fast = new(1000, 5, timeProvider: clock);
        CompositeLimiter composite = new([fast, slow], null, clock);
        Assert.True(composite.TryAcquire());
        clock.Advance(TimeSpan.FromMilliseconds(500));
        Decision refused = await composite.AttemptAsync(1, TimeSpan.FromMilliseconds(499), TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(PendingCall.Generous, TestContext.Current.CancellationToken);
        Assert.False(refused.Allowed);
        Assert.Equal(RefusalReason.WaitTooLong, refused.Reason);
        Assert.Equal("slow", refused.LimiterId);
        Assert.Equal(5, fast.GetState().Remaining);
        Assert.Equal(0, clock.ActiveTimers);
    }

    [Fact]
    public async Task A_slot_is_kept_through_a_short_wait_and_given_back_for_a_long_one()
    {
        foreach (bool isShort in (bool[])[true, false])
        {
            ManualClock clock = new();
            TicketSemaphore slots = new(1, null, clock);
            TokenBucket bucket = new(1, 1, timeProvider: clock);
            CompositeLimiterOptions options = new() { HoldSlotsFor = TimeSpan.FromSeconds(isShort ? 2 : 0.5) };
            CompositeLimiter composite = new([slots, bucket], options, clock);
            Assert.True(composite.TryAcquire(out Permit first));
            Task<Permit> wait = composite.AcquireAsync(TestContext.Current.CancellationToken).AsTask();
            Assert.Equal(1, bucket.GetState().Waiting + slots.GetState().Waiting);

            // The head waits for the slot first; once it has it, only the rate is missing, for a second.
            first.Dispose();
            await UntilAsync(() => bucket.GetState().Waiting == 1 && clock.ActiveTimers == 1);
            Assert.Equal(isShort ? 0 : 1, slots.Available);
            clock.Advance(TimeSpan.FromSeconds(1));
            Permit second = await wait.WaitAsync(PendingCall.Generous, TestContext.Current.CancellationToken);
            Assert.Equal(0, slots.Available);
            Assert.False(composite.TryAcquire());
            second.Dispose();
            Assert.Equal(1, slots.Available);
            Assert.Equal(0, bucket.GetState().Remaining);
        }
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        long began = Environment.TickCount64;
        while (!isSo())
        {
            Assert.True(Environment.TickCount64 - began < PendingCall.Generous.TotalMilliseconds);
            await Task.Yield();
        }
    }
}
