namespace RateSync.Fast.Algorithms;

/// <summary>The limit that a token bucket enforces, in units, with what its cells may hold.</summary>
internal readonly struct GcraTerms
{
    public GcraTerms(in RateScale scale, ChunkPlan chunks, long beyond = 0)
    {
        Cost = scale.Cost;
        Capacity = scale.Capacity + beyond;
        MaxArmed = chunks.MaxArmed;
        ChunkUnits = chunks.ChunkSize * scale.Cost;
        ChunkCeiling = scale.Capacity - (chunks.LowWater * scale.Cost);
    }

    /// <summary>Units a permit costs.</summary>
    public readonly long Cost;

    /// <summary>Units from now to the full-at time of an empty bucket.</summary>
    public readonly long Capacity;

    /// <summary>Most chunks charged at once.</summary>
    public readonly int MaxArmed;

    /// <summary>Units that a chunk costs and is charged.</summary>
    public readonly long ChunkUnits;

    /// <summary>A chunk is handed out only while this much is not exceeded, so that none is out when tokens get scarce.</summary>
    public readonly long ChunkCeiling;
}
