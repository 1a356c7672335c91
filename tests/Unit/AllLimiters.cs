using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit;

/// <summary>One limiter of each kind, full, with room for ten permits (a leaky bucket: one).</summary>
public static class AllLimiters
{
    public static TheoryData<string> Names =>
    [
        nameof(TokenBucket), nameof(LeakyBucket), nameof(FixedWindow), "SlidingWindowExact", "SlidingWindowSubWindows",
        "SlidingWindowApproximate", nameof(TicketSemaphore), nameof(AdaptiveSemaphore), "CompositeOfRates", "CompositeWithSlots", "CompositeAny",
    ];

    public static TheoryData<string> OfRates =>
    [
        nameof(TokenBucket), nameof(LeakyBucket), nameof(FixedWindow), "SlidingWindowExact", "SlidingWindowSubWindows",
        "SlidingWindowApproximate", "CompositeOfRates",
    ];

    internal static Limiter Create(string name, ManualClock clock, int queueLimit = int.MaxValue)
    {
        TimeSpan second = TimeSpan.FromSeconds(1);
        return name switch
        {
            nameof(TokenBucket) => new TokenBucket(10, 10, new() { QueueLimit = queueLimit }, clock),
            nameof(LeakyBucket) => new LeakyBucket(10, queueLimit, timeProvider: clock),
            nameof(FixedWindow) => new FixedWindow(10, second, new() { QueueLimit = queueLimit }, clock),
            "SlidingWindowExact" => new SlidingWindow(10, second, new() { QueueLimit = queueLimit }, clock),
            "SlidingWindowSubWindows" => Sliding(SlidingWindowPrecision.SubWindows),
            "SlidingWindowApproximate" => Sliding(SlidingWindowPrecision.Approximate),
            nameof(TicketSemaphore) => new TicketSemaphore(10, new() { QueueLimit = queueLimit }, clock),
            nameof(AdaptiveSemaphore) => new AdaptiveSemaphore(new() { MaxConcurrent = 10, InitialConcurrent = 10, QueueLimit = queueLimit }, clock),
            "CompositeOfRates" => Composite(CompositeStrategy.MostRestrictive, nameof(TokenBucket), nameof(FixedWindow)),
            "CompositeWithSlots" => Composite(CompositeStrategy.AllMustPass, nameof(TokenBucket), nameof(TicketSemaphore)),
            "CompositeAny" => Composite(CompositeStrategy.AnyMustPass, nameof(TokenBucket), nameof(FixedWindow)),
            _ => throw new ArgumentException(name),
        };

        SlidingWindow Sliding(SlidingWindowPrecision precision) =>
            new(10, second, new() { QueueLimit = queueLimit, Precision = precision }, clock);

        CompositeLimiter Composite(CompositeStrategy strategy, params string[] parts) => new(
            parts.Select(part => Create(part, clock)),
            new CompositeLimiterOptions { Strategy = strategy, QueueLimit = queueLimit },
            clock);
    }
}
