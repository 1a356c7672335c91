namespace RateSync.Fast.Algorithms;

/// <summary>The limit that a token bucket enforces, in units, with what its cells may hold.</summary>
internal readonly struct GcraTerms
{
    public GcraTerms(in RateScale scale, ChunkPlan chunks)
    {
        Cost = scale.Cost;
        Capacity = scale.Capacity;
        MaxArmed = chunks.MaxArmed;
        ChunkUnits = chunks.ChunkSize * scale.Cost;
        ChunkCeiling = scale.Capacity - (chunks.LowWater * scale.Cost);
    }

    /// <summary>Units a permit costs.</summary>
    public long Cost { get; init; }

    /// <summary>Units from now to the full-at time of an empty bucket.</summary>
    public long Capacity { get; init; }

    /// <summary>Most chunks charged at once.</summary>
    public int MaxArmed { get; init; }

    /// <summary>Units that a chunk costs and is charged.</summary>
    public long ChunkUnits { get; init; }

    /// <summary>A chunk is handed out only while this much is not exceeded, so that none is out when tokens get scarce.</summary>
    public long ChunkCeiling { get; init; }
}
