namespace RateSync.Fast.Bench.Compare;

/// <summary>One line of the comparison: what each of two limiters did in the same situation.</summary>
/// <param name="What">The situation.</param>
/// <param name="Platform">What the platform's limiter did.</param>
/// <param name="Ours">What ours did.</param>
internal sealed record Finding(string What, string Platform, string Ours);
