using RateSync.Fast.Engine;

namespace RateSync.Fast;

/// <summary>What a <see cref="CompositeLimiter"/> can be told beyond its parts.</summary>
public sealed record CompositeLimiterOptions
{
    internal static readonly CompositeLimiterOptions Default = new();

    /// <summary>A name for logs, metrics and explanations.</summary>
    /// <value>By default the name of the type.</value>
    public string? Id { get; init; }

    /// <summary>What it takes to grant.</summary>
    /// <value>By default every part must grant, and the most restrictive is described.</value>
    public CompositeStrategy Strategy { get; init; }

    /// <summary>Callers that may wait in line for the composite at a time; more are refused.</summary>
    /// <value>0 or more; by default no limit.</value>
    public int QueueLimit { get; init; } = int.MaxValue;

    /// <summary>
    /// The longest wait for a rate through which a slot of a concurrency limit is kept: a longer one gives the slot back
    /// for others to use, and asks for it again when the rate's time has come.
    /// </summary>
    /// <value>By default 10 ms.</value>
    public TimeSpan HoldSlotsFor { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Whether disposing the composite disposes its parts.</summary>
    /// <value>By default not: parts may be shared with others.</value>
    public bool DisposeParts { get; init; }

    internal void Validate()
    {
        Check.Defined((int)Strategy, (int)CompositeStrategy.AnyMustPass, typeof(CompositeStrategy), nameof(Strategy));
        Check.AtLeast(QueueLimit, 0, nameof(QueueLimit));
        Check.NotNegative(HoldSlotsFor, nameof(HoldSlotsFor));
    }
}
