namespace RateSync.Fast;

/// <summary>What a clone of a limiter does differently. What is null stays as it is in the limiter that is cloned.</summary>
public sealed record LimiterOverrides
{
    /// <summary>Permits per second, instead of <see cref="LimiterOptions.RatePerSecond"/>.</summary>
    /// <value>More than 0; by default unchanged.</value>
    public double? RatePerSecond { get; init; }

    /// <summary>Permits that may be granted at once, instead of <see cref="LimiterOptions.Burst"/>.</summary>
    /// <value>
    /// 1 or more; by default unchanged or, where the limiter names none, what follows from the new
    /// <see cref="RatePerSecond"/>.
    /// </value>
    public long? Burst { get; init; }

    /// <summary>Permits in a window, instead of <see cref="LimiterOptions.Limit"/>.</summary>
    /// <value>1 or more; by default unchanged.</value>
    public int? Limit { get; init; }

    /// <summary>The length of a window, instead of <see cref="LimiterOptions.Window"/>.</summary>
    /// <value>More than zero; by default unchanged.</value>
    public TimeSpan? Window { get; init; }

    /// <summary>Calls in flight, instead of <see cref="LimiterOptions.MaxConcurrent"/>.</summary>
    /// <value>1 or more; by default unchanged.</value>
    public int? MaxConcurrent { get; init; }

    /// <summary>How long a call waits, instead of <see cref="LimiterOptions.Timeout"/>.</summary>
    /// <value>
    /// Zero or more, or <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for a clone that waits for ever; by default unchanged.
    /// </value>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The options of a clone.</summary>
    internal LimiterOptions ApplyTo(LimiterOptions options) => options with
    {
        RatePerSecond = RatePerSecond ?? options.RatePerSecond,
        Burst = Burst ?? options.Burst,
        Limit = Limit ?? options.Limit,
        Window = Window ?? options.Window,
        MaxConcurrent = MaxConcurrent ?? options.MaxConcurrent,
        Timeout = Timeout ?? options.Timeout,
    };
}
