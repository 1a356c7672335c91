using System.Globalization;
using RateSync.Fast.Engine;
using RateSync.Fast.State;

namespace RateSync.Fast;

/// <summary>What a <see cref="SlidingWindow"/> can be told beyond limit and window.</summary>
public sealed record SlidingWindowOptions
{
    internal static readonly SlidingWindowOptions Default = new();

    /// <summary>A name for logs, metrics and explanations.</summary>
    /// <value>By default the name of the type.</value>
    public string? Id { get; init; }

    /// <summary>Callers that may wait in line at a time; more are refused.</summary>
    /// <value>0 or more; by default no limit.</value>
    public int QueueLimit { get; init; } = int.MaxValue;

    /// <summary>How permits are counted. Never chosen silently: a limit too large to be exact is refused.</summary>
    /// <value>By default exactly.</value>
    public SlidingWindowPrecision Precision { get; init; }

    /// <summary>Into how many parts the window is cut with <see cref="SlidingWindowPrecision.SubWindows"/>.</summary>
    /// <value>From 1 to 1000; by default 10, with which at least 10/11 of the limit can be used.</value>
    public int SubWindows { get; init; } = 10;

    /// <summary>Whether threads may keep a few permits close by. An exact window never lets them.</summary>
    /// <value>By default where it pays.</value>
    public Sharding Sharding { get; init; }

    /// <summary>Whether calls that do not wait may step ahead of those in line.</summary>
    /// <value>By default not.</value>
    public bool AllowBarging { get; init; }

    internal void Validate(int limit)
    {
        Check.AtLeast(QueueLimit, 0, nameof(QueueLimit));
        Check.Range(SubWindows, 1, 1000, nameof(SubWindows));
        Check.Defined((int)Precision, (int)SlidingWindowPrecision.Approximate, typeof(SlidingWindowPrecision), nameof(Precision));
        Check.Defined((int)Sharding, (int)Sharding.None, typeof(Sharding), nameof(Sharding));
        if (Precision == SlidingWindowPrecision.Exact && limit > LogReservoir<InterlockedAtomics>.MaxLimit)
        {
            Check.Throw(
                nameof(limit),
                limit,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"An exact sliding window keeps every grant and can have a limit of at most {LogReservoir<InterlockedAtomics>.MaxLimit}. Choose {nameof(SlidingWindowPrecision)}.{nameof(SlidingWindowPrecision.SubWindows)}, which is strict too, or a smaller limit."));
        }
    }
}
