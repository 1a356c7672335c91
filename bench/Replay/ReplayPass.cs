using System.Diagnostics;
using System.Globalization;

namespace RateSync.Fast.Bench.Replay;

/// <summary>A log gone through once more by one of the two limiters.</summary>
internal static class ReplayPass
{
    private static readonly TimeSpan s_atLeast = TimeSpan.FromMilliseconds(700);

    public static bool[] Ours(AccessLog log, ExactRate rate, long burst, out long shortfall)
    {
        LogClock clock = new();
        clock.Set(log.Requests[0].Ticks);
        KeyedLimiterOptions options = new() { MaxKeys = Math.Max(log.Clients.Count, 64) };
        using KeyedLimiter limiter = new(RateOf(rate), burst, options, clock);
        bool[] answers = new bool[log.Requests.Count];
        for (int i = 0; i < answers.Length; i++)
        {
            Request request = log.Requests[i];
            clock.Set(request.Ticks);
            answers[i] = limiter.TryAcquire(log.Clients[request.Client]);
        }

        shortfall = limiter.DeclaredShortfall;
        return answers;
    }

    public static bool[] Exact(AccessLog log, ExactRate rate, long burst)
    {
        ExactLimiter limiter = new(rate, burst);
        return [.. log.Requests.Select(r => limiter.TryAcquire(log.Clients[r.Client], r.Ticks))];
    }

    /// <summary>Lines per second of a pass: the log is gone through again and again for a while, the last half of it counts.</summary>
    public static double Rate(AccessLog log, Action pass)
    {
        long start = Stopwatch.GetTimestamp();
        List<double> rates = [];
        do
        {
            long begin = Stopwatch.GetTimestamp();
            pass();
            rates.Add(log.Requests.Count / Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
        while (Stopwatch.GetElapsedTime(start) < s_atLeast);

        return Measure.Statistics.Median(rates.Skip(rates.Count / 2));
    }

    private static double RateOf(ExactRate rate) =>
        double.Parse(((decimal)rate.Permits / (decimal)rate.Seconds).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
