using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Windows;

public sealed class LateRefundTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    public void A_grant_that_has_ceased_to_count_gives_nothing_back_however_many_came_after_it(int limit)
    {
        foreach (SlidingWindowPrecision precision in Enum.GetValues<SlidingWindowPrecision>())
        {
            ManualClock clock = new();
            SlidingWindow window = new(limit, TimeSpan.FromSeconds(1), new SlidingWindowOptions { Precision = precision }, clock);
            List<Permit> old = [];
            for (int i = 0; i < 3000; i++)
            {
                clock.Advance(TimeSpan.FromSeconds(precision == SlidingWindowPrecision.Exact ? 1 : 2.5));
                for (int j = 0; j < limit; j++)
                {
                    Assert.True(window.TryAcquire(out Permit permit));
                    old.Add(permit);
                }
            }

            foreach (Permit permit in old.SkipLast(limit))
            {
                permit.Refund(1);
                Assert.Equal(0, window.Peek().Remaining);
            }
        }
    }
}
