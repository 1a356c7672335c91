namespace RateSync.Fast.Bench.Compare;

/// <summary>Everything that is compared, in order.</summary>
internal static class AllComparisons
{
    public static IReadOnlyList<Comparison> Items { get; } =
    [
        new(
            "Admitted per second at a nominal 100 per second, asked for all the time",
            "The platform's partitioned limiters are all driven by one heartbeat every 100 ms: a window moves by one segment a beat, however short its segments are.",
            AdmissionComparison.Measure),
        new(
            "What 100,000 idle keys cost while nobody asks",
            "The heartbeat visits every key ten times a second.",
            IdleComparison.Measure),
        new(
            "What is left of 200,000 waiters that were cancelled behind one that still waits",
            "The platform leaves a cancelled waiter in its queue until it comes to the head.",
            CancellationComparison.Measure),
        new(
            "A rate and a concurrency limit together",
            "A chain asks one limiter after the other; when a later one refuses, a rate does not get back what it gave.",
            ChainComparison.Measure),
    ];
}
