namespace RateSync.Fast;

/// <summary>How an <see cref="AdaptiveSemaphore"/> finds its limit.</summary>
public enum AdaptiveAlgorithm
{
    /// <summary>
    /// By the ratio of the latency without load to the present one. Needs no target: it finds the point from which on more
    /// concurrency only makes requests queue.
    /// </summary>
    Gradient = 0,

    /// <summary>By a target latency: a slot more while it is met, a tenth less when it is not.</summary>
    Aimd = 1,
}
