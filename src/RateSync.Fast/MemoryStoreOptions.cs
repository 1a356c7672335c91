namespace RateSync.Fast;

/// <summary>A store in this process's memory. It needs nothing, and is what a limiter has that names no store.</summary>
public sealed record MemoryStoreOptions : StoreOptions
{
    /// <inheritdoc/>
    /// <value><c>memory</c>.</value>
    public override string Engine => "memory";
}
