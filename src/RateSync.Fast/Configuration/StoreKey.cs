namespace RateSync.Fast.Configuration;

/// <summary>A key of a store and what it may be.</summary>
internal sealed record StoreKey(string Name, StoreKeyKind Kind);
