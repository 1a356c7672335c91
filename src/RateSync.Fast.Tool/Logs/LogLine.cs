namespace RateSync.Fast.Tool.Logs;

/// <summary>A line that could be read.</summary>
/// <param name="Ticks">When, in units of 100 ns since year 1, UTC.</param>
/// <param name="Number">Its number in the file, from 1.</param>
/// <param name="Key">Who or what is counted.</param>
internal readonly record struct LogLine(long Ticks, long Number, string Key);
