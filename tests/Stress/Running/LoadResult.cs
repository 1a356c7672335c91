using RateSync.Fast.Tests.Stress.Recording;

namespace RateSync.Fast.Tests.Stress.Running;

/// <summary>What a <see cref="Load"/> got.</summary>
internal sealed record LoadResult
{
    public required Call[] Calls { get; init; }

    /// <summary>Whether every call was recorded.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>How long it took.</summary>
    public required long Ticks { get; init; }

    /// <summary>How much of that no thread was there.</summary>
    public required long Away { get; init; }

    /// <summary>Taken less given back.</summary>
    public required long Permits { get; init; }
}
