using RateSync.Fast.Engine;

namespace RateSync.Fast;

/// <summary>What a <see cref="FixedWindow"/> can be told beyond limit and window.</summary>
public sealed record FixedWindowOptions
{
    internal static readonly FixedWindowOptions Default = new();

    /// <summary>A name for logs, metrics and explanations.</summary>
    /// <value>By default the name of the type.</value>
    public string? Id { get; init; }

    /// <summary>Callers that may wait in line at a time; more are refused.</summary>
    /// <value>0 or more; by default no limit.</value>
    public int QueueLimit { get; init; } = int.MaxValue;

    /// <summary>Where windows begin.</summary>
    /// <value>By default at whole multiples of the window since 1970.</value>
    public WindowAlignment Alignment { get; init; }

    /// <summary>Whether threads may keep a few permits close by.</summary>
    /// <value>By default where it pays.</value>
    public Sharding Sharding { get; init; }

    /// <summary>Whether calls that do not wait may step ahead of those in line.</summary>
    /// <value>By default not.</value>
    public bool AllowBarging { get; init; }

    internal void Validate()
    {
        Check.AtLeast(QueueLimit, 0, nameof(QueueLimit));
        Check.Defined((int)Alignment, (int)WindowAlignment.FirstUse, typeof(WindowAlignment), nameof(Alignment));
        Check.Defined((int)Sharding, (int)Sharding.None, typeof(Sharding), nameof(Sharding));
    }
}
