namespace RateSync.Fast.Tests.Platform.Testing;

/// <summary>Tests that change what the whole process goes by: they run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessRegistry
{
    public const string Name = "The registry of the process";
}
