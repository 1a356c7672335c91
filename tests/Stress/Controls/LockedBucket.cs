using System.Diagnostics;

namespace RateSync.Fast.Tests.Stress.Controls;

/// <summary>A right and slow token bucket, as a base for wrong ones.</summary>
internal sealed class LockedBucket(double ratePerSecond, long burst)
{
    private readonly Lock _gate = new();
    private double _tokens = burst;
    private long _last = Stopwatch.GetTimestamp();

    public bool TryAcquire(int permits)
    {
        lock (_gate)
        {
            long now = Stopwatch.GetTimestamp();
            _tokens = Math.Min(burst, _tokens + ((now - _last) * ratePerSecond / Stopwatch.Frequency));
            _last = now;
            if (_tokens < permits)
            {
                return false;
            }

            _tokens -= permits;
            return true;
        }
    }
}
