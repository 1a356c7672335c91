using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;

namespace RateSync.Fast.Bench.Benchmarks;

/// <summary>The same operations through BenchmarkDotNet: slower, one process a benchmark, with its own statistics.</summary>
internal static class BdnMode
{
    public static int Run(Arguments arguments)
    {
        ManualConfig config = ManualConfig.Create(DefaultConfig.Instance);
        config.ArtifactsPath = Path.Combine(Repository.Root, "artifacts", "BenchmarkDotNet");
        BenchmarkSwitcher.FromAssembly(typeof(BdnMode).Assembly).Run(arguments.TakeAll(), config);
        return 0;
    }
}
