namespace RateSync.Fast.RateLimiting.Faces;

/// <summary>What a grant of a limiter leaves behind.</summary>
internal enum GrantKind
{
    /// <summary>That is not known yet.</summary>
    Unknown,

    /// <summary>Nothing: the permits are spent.</summary>
    Spent,

    /// <summary>Slots of a semaphore, all alike.</summary>
    Slots,

    /// <summary>Something that only the permit knows, or may know.</summary>
    Permit,
}
