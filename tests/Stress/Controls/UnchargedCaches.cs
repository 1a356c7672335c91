namespace RateSync.Fast.Tests.Stress.Controls;

/// <summary>
/// Broken on purpose: each thread keeps a few tokens that no longer count against the burst, so that the bucket fills up
/// again behind them: burst plus what the caches hold.
/// </summary>
internal sealed class UnchargedCaches(double ratePerSecond, long burst, int chunk)
{
    private readonly LockedBucket _bucket = new(ratePerSecond, burst);
    private readonly int[] _caches = new int[1 << 16];

    public bool TryAcquire(int permits)
    {
        ref int cache = ref _caches[Environment.CurrentManagedThreadId];
        if (cache < permits)
        {
            if (!_bucket.TryAcquire(chunk))
            {
                return _bucket.TryAcquire(permits);
            }

            cache += chunk;
        }

        cache -= permits;
        return true;
    }
}
