namespace RateSync.Fast.Algorithms;

/// <summary>
/// What a table keeps of a key: 69 bits of a seeded hash. Keys themselves are not kept; two keys with the same 69 bits share
/// one limit, which is then stricter for both, never looser.
/// </summary>
/// <param name="Print">63 bits; the lowest is 0, and it is never 0 as a whole.</param>
/// <param name="Tag">6 bits more.</param>
internal readonly record struct KeyHash(ulong Print, long Tag);
