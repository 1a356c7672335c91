using System.Diagnostics;
using System.Threading.RateLimiting;

namespace RateSync.Fast.Tests.Platform.Contract;

/// <summary>One of the platform's, which is replenished by hand when its short period has passed.</summary>
internal sealed class PlatformSubject : Subject
{
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(1);

    protected override void Refill()
    {
        if (Limiter is ReplenishingRateLimiter replenishing)
        {
            long start = Stopwatch.GetTimestamp();
            SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(start) > Period * 2);
            replenishing.TryReplenish();
        }
    }
}
