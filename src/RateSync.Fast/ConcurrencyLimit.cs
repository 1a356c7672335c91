using RateSync.Fast.Stores;

namespace RateSync.Fast;

/// <summary>At most <c>MaxConcurrent</c> slots are held at the same time.</summary>
/// <param name="MaxConcurrent">Number of slots, from 1 to 2^20: a store remembers each one.</param>
public sealed record ConcurrencyLimit(int MaxConcurrent) : StoreLimit
{
    /// <inheritdoc/>
    public override long Most => MaxConcurrent;

    private protected override void ValidateMore()
    {
        StoreArguments.CheckLeast(MaxConcurrent, 1, nameof(MaxConcurrent));
        StoreArguments.CheckMost(MaxConcurrent, 1 << 20, nameof(MaxConcurrent));
    }
}
