namespace RateSync.Fast.Tests.Stress.Running;

/// <summary>How threads ask.</summary>
internal enum Demand
{
    /// <summary>Without a pause: far more than ten times what any limit here allows.</summary>
    Saturated,

    /// <summary>In bursts after random pauses, so that what was saved while idle is taken at once.</summary>
    Bursty,
}
