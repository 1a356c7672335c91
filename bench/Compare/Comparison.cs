namespace RateSync.Fast.Bench.Compare;

/// <summary>A known failing of the platform's limiters, shown beside ours.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Explanation">Why the platform does it.</param>
/// <param name="Measure">Measures it.</param>
internal sealed record Comparison(string Title, string Explanation, Func<IEnumerable<Finding>> Measure);
