using RateSync.Fast.Engine;

namespace RateSync.Fast;

/// <summary>What a <see cref="TicketSemaphore"/> can be told beyond its number of slots.</summary>
public sealed record TicketSemaphoreOptions
{
    internal static readonly TicketSemaphoreOptions Default = new();

    /// <summary>A name for logs, metrics and explanations.</summary>
    /// <value>By default the name of the type.</value>
    public string? Id { get; init; }

    /// <summary>Callers that may wait in line at a time; more are refused.</summary>
    /// <value>0 or more; by default no limit.</value>
    public int QueueLimit { get; init; } = int.MaxValue;

    /// <summary>Whether free slots may lie with the cores that gave them back.</summary>
    /// <value>By default where there are several for each core.</value>
    public Sharding Sharding { get; init; }

    internal void Validate()
    {
        Check.AtLeast(QueueLimit, 0, nameof(QueueLimit));
        Check.Defined((int)Sharding, (int)Sharding.None, typeof(Sharding), nameof(Sharding));
    }
}
