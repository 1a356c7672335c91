using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Windows;

/// <summary>
/// Bookings tell their sub-window modulo 2^32 and the head tells it modulo 2^24: after exactly so many there is nothing left of them.
/// </summary>
public sealed class IndexCircleTests
{
    [Theory]
    [InlineData(24, 0)]
    [InlineData(24, 5)]
    [InlineData(32, 0)]
    [InlineData(32, 5)]
    [InlineData(33, 5)]
    [InlineData(40, 1)]
    public void After_a_whole_turn_of_the_circle_neither_grants_nor_refunds_of_the_turn_before_count(int bits, int refunded)
    {
        foreach (int parts in (int[])[0, 1, 4])
        {
            // A tick at a time here or there, so that every sub-window of then is met again.
            for (int off = -parts; off <= parts; off++)
            {
                ManualClock clock = new(1_000_000);
                TimeSpan window = TimeSpan.FromMicroseconds(Math.Max(1, parts));
                Limiter limiter = parts == 0
                    ? new FixedWindow(10, window, new FixedWindowOptions { Alignment = WindowAlignment.FirstUse }, clock)
                    : new SlidingWindow(
                        10, window, new SlidingWindowOptions { Precision = SlidingWindowPrecision.SubWindows, SubWindows = parts }, clock);
                Assert.True(limiter.TryAcquire(out Permit permit, 10));
                permit.Refund(refunded);
                clock.Advance(1);

                // What was booked is written down when the sub-window is left.
                limiter.TryAcquire();
                clock.Jump((1L << bits) + off);
                Assert.Equal(10, limiter.Peek().Remaining);
                Assert.True(limiter.TryAcquire(10));
                Assert.False(limiter.TryAcquire(1));
            }
        }
    }
}
