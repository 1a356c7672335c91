namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>Unwinds a thread whose execution is over early. Code under test must let it pass.</summary>
internal sealed class AbandonedException() : Exception("This execution is over.");
