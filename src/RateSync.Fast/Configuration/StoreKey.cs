namespace RateSync.Fast.Configuration;

/// <summary>A key of a store and what it may be.</summary>
internal readonly record struct StoreKey(string Name, StoreKeyKind Kind);
