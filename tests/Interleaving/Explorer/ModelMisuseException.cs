namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>A scenario does what the model cannot follow, so that its result would mean nothing.</summary>
internal sealed class ModelMisuseException(string message) : Exception(message);
