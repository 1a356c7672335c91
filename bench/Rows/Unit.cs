namespace RateSync.Fast.Bench.Rows;

/// <summary>What a row's figures are.</summary>
internal enum Unit
{
    /// <summary>Time, per operation where it is not a latency.</summary>
    Nanoseconds,

    /// <summary>Memory.</summary>
    Bytes,

    /// <summary>A number of things.</summary>
    Count,
}
