namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>An exploration did not end as it should have.</summary>
internal sealed class ExplorationException(string message, Exception? inner = null) : Exception(message, inner);
