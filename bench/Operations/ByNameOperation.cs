using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Operations;

/// <summary><see cref="LimiterRegistry.TryAcquire(string, int)"/>.</summary>
internal struct ByNameOperation(LimiterRegistry registry, string id) : IOperation
{
    private readonly LimiterRegistry _registry = registry;
    private readonly string _id = id;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke() => _registry.TryAcquire(_id);
}
