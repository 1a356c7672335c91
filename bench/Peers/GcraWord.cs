using System.Diagnostics;

namespace RateSync.Fast.Bench.Peers;

/// <summary>
/// The generic cell rate algorithm as it is found in textbooks and in most lock-free limiters: one word that holds the
/// theoretical arrival time, one clock read and one compare-and-swap for each grant. Written for the comparison.
/// </summary>
internal sealed class GcraWord
{
    private readonly long _interval;
    private readonly long _tolerance;
    private long _arrival;

    public GcraWord(double ratePerSecond, double burst)
    {
        _interval = (long)Math.Ceiling(Stopwatch.Frequency / ratePerSecond);
        _tolerance = (long)Math.Min(_interval * burst, long.MaxValue / 4.0);
        _arrival = Stopwatch.GetTimestamp();
    }

    public bool TryAcquire()
    {
        long now = Stopwatch.GetTimestamp();
        long arrival = Volatile.Read(ref _arrival);
        while (true)
        {
            long next = Math.Max(arrival, now) + _interval;
            if (next - now > _tolerance)
            {
                return false;
            }

            long seen = Interlocked.CompareExchange(ref _arrival, next, arrival);
            if (seen == arrival)
            {
                return true;
            }

            arrival = seen;
        }
    }
}
