namespace RateSync.Fast;

/// <summary>Where a limiter or a store was configured.</summary>
public enum LimiterSource
{
    /// <summary>By a call.</summary>
    Code = 0,

    /// <summary>By a configuration file.</summary>
    File = 1,

    /// <summary>As a clone of another limiter.</summary>
    Clone = 2,
}
