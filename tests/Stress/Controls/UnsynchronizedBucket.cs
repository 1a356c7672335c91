using System.Diagnostics;

namespace RateSync.Fast.Tests.Stress.Controls;

/// <summary>Broken on purpose: a right token bucket for one thread. Two lose each other's subtractions.</summary>
internal sealed class UnsynchronizedBucket(double ratePerSecond, long burst)
{
    private double _tokens = burst;
    private long _last = Stopwatch.GetTimestamp();

    public bool TryAcquire(int permits)
    {
        long now = Stopwatch.GetTimestamp();
        double tokens = Math.Min(burst, _tokens + ((now - _last) * ratePerSecond / Stopwatch.Frequency));
        _last = now;
        bool granted = tokens >= permits;
        _tokens = granted ? tokens - permits : tokens;
        return granted;
    }
}
