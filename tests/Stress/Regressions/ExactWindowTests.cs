using System.Diagnostics;
using RateSync.Fast.Tests.Stress.Running;

namespace RateSync.Fast.Tests.Stress.Regressions;

public sealed class ExactWindowTests
{
    /// <summary>A thread that was stopped anywhere, as there are more of them than cores, undoes nothing of what came since.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_log_whose_laps_come_round_quickly_grants_again_once_its_window_has_passed(bool refund)
    {
        TimeSpan window = refund ? TimeSpan.FromMilliseconds(50) : TimeSpan.FromMilliseconds(0.2);
        for (int round = 0; round < 3; round++)
        {
            SlidingWindow limiter = new(1, window);
            long grants = 0;
            long end = Environment.TickCount64 + 150;
            Team.Run(6, _ =>
            {
                while (Environment.TickCount64 < end)
                {
                    if (limiter.TryAcquire(out Permit permit))
                    {
                        Interlocked.Increment(ref grants);
                        if (refund)
                        {
                            permit.Refund(1);
                        }
                    }
                }
            });
            Assert.NotEqual(0, grants);

            // The clock is the limiter's own: nobody has asked for a whole window, however long this thread is stopped.
            long quiet = Stopwatch.GetTimestamp();
            SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(quiet) > 2 * window);
            Assert.True(limiter.TryAcquire());
        }
    }
}
