namespace RateSync.Fast;

/// <summary>What it takes for a <see cref="CompositeLimiter"/> to grant.</summary>
public enum CompositeStrategy
{
    /// <summary>Every part must grant. An answer describes the part that has least left.</summary>
    MostRestrictive = 0,

    /// <summary>Every part must grant. An answer describes the first part that refuses.</summary>
    AllMustPass = 1,

    /// <summary>One part must grant: the first that does is the one that is charged.</summary>
    AnyMustPass = 2,
}
