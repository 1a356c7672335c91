namespace RateSync.Fast;

/// <summary>Whether threads may keep a few permits of a limit close by.</summary>
public enum Sharding
{
    /// <summary>Where burst and rate are large enough for it to pay. The bound is strict all the same.</summary>
    Auto = 0,

    /// <summary>
    /// Never: every decision is made on the limit's one word, and <see cref="Limiter.DeclaredShortfall"/> is 0. Costs a clock
    /// reading and a contended exchange per grant.
    /// </summary>
    None = 1,
}
