namespace RateSync.Fast.Bench;

/// <summary>Something was asked for that cannot be: said on one line, exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
