namespace RateSync.Fast.Bench.Throttle;

/// <summary>What came of a run.</summary>
/// <param name="Relative">Bytes beyond rate times time, as a share of that: 0.01 is one per cent too many.</param>
/// <param name="Processor">Processor time of the whole process over the run's time.</param>
internal readonly record struct Deviation(double Relative, double Processor);
