namespace RateSync.Fast.Bench.Measure;

/// <summary>What threads did in one stretch of measured time.</summary>
/// <param name="Nanoseconds">Time per operation, all threads together: 1e9 over operations per second.</param>
/// <param name="Operations">Operations done.</param>
/// <param name="Granted">How many of them were granted.</param>
/// <param name="Bytes">Bytes allocated by the measuring threads.</param>
internal readonly record struct Slice(double Nanoseconds, long Operations, long Granted, long Bytes)
{
    public double BytesPerOperation => (double)Bytes / Operations;
}
