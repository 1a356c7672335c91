namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>Every thread that is not done is blocked: a wake-up was lost, or was never to come.</summary>
internal sealed class DeadlockException(string message) : Exception(message);
