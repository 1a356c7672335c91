using RateSync.Fast.Stores;

namespace RateSync.Fast;

/// <summary>At most <c>MaxConcurrent</c> slots are held at the same time.</summary>
/// <param name="MaxConcurrent">Number of slots, from 1.</param>
public sealed record ConcurrencyLimit(int MaxConcurrent) : StoreLimit
{
    /// <inheritdoc/>
    public override long Most => MaxConcurrent;

    internal override void Validate() => StoreArguments.CheckLeast(MaxConcurrent, 1, nameof(MaxConcurrent));
}
