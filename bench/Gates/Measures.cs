namespace RateSync.Fast.Bench.Gates;

/// <summary>What a gate can look at.</summary>
internal static class Measures
{
    /// <summary>Ours as a multiple of the floor: small is good.</summary>
    public const string RatioFloor = "ratio_floor";

    /// <summary>The peer's time as a multiple of ours: large is good.</summary>
    public const string RatioPeer = "ratio_peer";

    /// <summary>Bytes that ours allocates per operation: exact.</summary>
    public const string BytesPerOperation = "bytes_per_op";

    /// <summary>A figure by itself, such as bytes per key.</summary>
    public const string Figure = "figure";

    /// <summary>Whether less is better.</summary>
    public static bool IsMaximum(string measure) => measure != RatioPeer;
}
