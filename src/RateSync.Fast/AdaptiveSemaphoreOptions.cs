using RateSync.Fast.Engine;

namespace RateSync.Fast;

/// <summary>What an <see cref="AdaptiveSemaphore"/> can be told.</summary>
public sealed record AdaptiveSemaphoreOptions
{
    internal static readonly AdaptiveSemaphoreOptions Default = new();

    /// <summary>A name for logs, metrics and explanations.</summary>
    /// <value>By default the name of the type.</value>
    public string? Id { get; init; }

    /// <summary>How the limit is found.</summary>
    /// <value>By default by the gradient.</value>
    public AdaptiveAlgorithm Algorithm { get; init; }

    /// <summary>The lowest limit.</summary>
    /// <value>1 or more; by default 1.</value>
    public int MinConcurrent { get; init; } = 1;

    /// <summary>The highest limit.</summary>
    /// <value>Not less than the lowest; by default 1,000.</value>
    public int MaxConcurrent { get; init; } = 1_000;

    /// <summary>The limit to begin with.</summary>
    /// <value>From the lowest to the highest; by default 20, or the nearest of them.</value>
    public int? InitialConcurrent { get; init; }

    /// <summary>How long to observe before the limit is moved.</summary>
    /// <value>More than zero; by default 100 ms.</value>
    public TimeSpan Window { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How many requests must have finished before the limit is moved; the window is made longer until they have.</summary>
    /// <value>1 or more; by default 10.</value>
    public int MinSamples { get; init; } = 10;

    /// <summary>The latency that is to be met with <see cref="AdaptiveAlgorithm.Aimd"/>.</summary>
    /// <value>More than zero; by default 100 ms.</value>
    public TimeSpan TargetLatency { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How many times the latency without load still counts as being without load, with <see cref="AdaptiveAlgorithm.Gradient"/>.
    /// </summary>
    /// <value>From 1 to 10; by default 1.05.</value>
    public double Tolerance { get; init; } = 1.05;

    /// <summary>By which factor the limit is lowered when requests are dropped or, with AIMD, the target is missed.</summary>
    /// <value>From 0.1 to 0.99; by default 0.9.</value>
    public double Backoff { get; init; } = 0.9;

    /// <summary>
    /// After how many windows the latency without load is measured anew, by lowering the limit for one window; with
    /// <see cref="AdaptiveAlgorithm.Gradient"/>.
    /// </summary>
    /// <value>2 or more; by default 50.</value>
    public int ProbeEvery { get; init; } = 50;

    /// <summary>Callers that may wait in line at a time; more are refused.</summary>
    /// <value>0 or more; by default no limit.</value>
    public int QueueLimit { get; init; } = int.MaxValue;

    internal int Initial => InitialConcurrent ?? Math.Clamp(20, MinConcurrent, MaxConcurrent);

    internal void Validate()
    {
        Check.Defined((int)Algorithm, (int)AdaptiveAlgorithm.Aimd, typeof(AdaptiveAlgorithm), nameof(Algorithm));
        Check.AtLeast(MinConcurrent, 1, nameof(MinConcurrent));
        Check.AtLeast(MaxConcurrent, MinConcurrent, nameof(MaxConcurrent));
        Check.Range(Initial, MinConcurrent, MaxConcurrent, nameof(InitialConcurrent));
        Check.Positive(Window, nameof(Window));
        Check.AtLeast(MinSamples, 1, nameof(MinSamples));
        Check.Positive(TargetLatency, nameof(TargetLatency));
        Check.Range(Tolerance, 1, 10, nameof(Tolerance));
        Check.Range(Backoff, 0.1, 0.99, nameof(Backoff));
        Check.AtLeast(ProbeEvery, 2, nameof(ProbeEvery));
        Check.AtLeast(QueueLimit, 0, nameof(QueueLimit));
    }
}
