namespace RateSync.Fast.Bench.Measure;

/// <summary>How long to measure. Time, not operations, so that a slow machine takes no longer than a fast one.</summary>
/// <param name="Rounds">How often each contender has its turn.</param>
/// <param name="Slice">How long a turn is where every thread has a core.</param>
/// <param name="CrowdedSlice">How long it is where threads must take turns on the cores, which they do every few milliseconds.</param>
/// <param name="Short">Whether parts that take many seconds by their nature are left out or made shorter.</param>
internal sealed record Budget(int Rounds, TimeSpan Slice, TimeSpan CrowdedSlice, bool Short)
{
    public static readonly Budget Headline = new(15, TimeSpan.FromMilliseconds(16), TimeSpan.FromMilliseconds(120), Short: false);

    public static readonly Budget Gate = new(9, TimeSpan.FromMilliseconds(8), TimeSpan.FromMilliseconds(60), Short: true);

    public TimeSpan SliceFor(int threads) => threads > Environment.ProcessorCount ? CrowdedSlice : Slice;
}
