namespace RateSync.Fast;

/// <summary>How a <see cref="SlidingWindow"/> counts.</summary>
public enum SlidingWindowPrecision
{
    /// <summary>
    /// The time of every grant that still counts is kept: exactly <c>limit</c> permits in any window. 8 to 32 bytes per
    /// permit of the limit, which can be at most 65,536.
    /// </summary>
    Exact = 0,

    /// <summary>
    /// Permits are counted in whole sub-windows: never more than <c>limit</c> permits in any window, and with S sub-windows at least
    /// S/(S+1) of it can be used. 16 bytes per sub-window; any limit.
    /// </summary>
    SubWindows = 1,

    /// <summary>
    /// Two counters, the older one weighed by how much of it the window still covers. Right when grants come evenly;
    /// against a caller who knows the trick nearly twice the limit lies in one window (<see cref="Limiter.DeclaredExcess"/> is <c>limit -
    /// 1</c>).
    /// </summary>
    Approximate = 2,
}
