namespace RateSync.Fast.Bench.Replay;

/// <summary>One request of a log.</summary>
/// <param name="Ticks">When, in units of 100 ns since year 1.</param>
/// <param name="Client">The number of the client in <see cref="AccessLog.Clients"/>.</param>
/// <param name="Line">Its line in the file.</param>
internal readonly record struct Request(long Ticks, int Client, int Line);
