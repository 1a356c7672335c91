namespace RateSync.Fast.Bench.Measure;

/// <summary>A workload that times single operations.</summary>
internal interface ILatencySource
{
    /// <summary>What was timed since the last call, by all threads.</summary>
    Histogram TakeHistogram();
}
