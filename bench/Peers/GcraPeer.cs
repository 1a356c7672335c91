using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Peers;

/// <summary>The plain limiter on one word.</summary>
internal struct GcraPeer(GcraWord word) : IOperation
{
    private readonly GcraWord _word = word;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke() => _word.TryAcquire();
}
