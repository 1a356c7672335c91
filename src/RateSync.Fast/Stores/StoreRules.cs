namespace RateSync.Fast.Stores;

/// <summary>What all entries of a store have in common.</summary>
/// <param name="RetryHorizon">For how long an answer is remembered, in nanoseconds.</param>
/// <param name="Defect">The deliberate mistake that is switched on.</param>
internal sealed record StoreRules(long RetryHorizon, StoreDefect Defect = StoreDefect.None);
