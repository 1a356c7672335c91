namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>An execution did not come to an end within the allowed number of steps: somebody spins.</summary>
internal sealed class ObstructionException(string message) : Exception(message);
