using System.Numerics;

namespace RateSync.Fast.Algorithms;

/// <summary>
/// How many tokens a cell gets at a time, how many cells may hold some, and when it is not worth it. The choice is automatic:
/// chunks never hold more than a sixteenth of the burst together, and a limiter whose burst or rate is too small to split runs
/// on its one word and keeps nothing below it.
/// </summary>
internal readonly record struct ChunkPlan(long ChunkSize, int MaxArmed, long LowWater)
{
    public readonly long ChunkSize = ChunkSize;
    public readonly int MaxArmed = MaxArmed;
    public readonly long LowWater = LowWater;

    /// <summary>Nothing is kept in cells.</summary>
    public static readonly ChunkPlan None = new(0, 0, 0);

    /// <summary>The part of the burst that may be out in chunks: one sixteenth.</summary>
    private const int Share = 16;

    /// <summary>A chunk smaller than this does not pay for its trip to the reservoir.</summary>
    private const long MinChunk = 4;

    /// <summary>A larger chunk saves nothing that could still be measured.</summary>
    private const long MaxChunk = 256;

    /// <summary>The largest part of the burst that may be missing right after idling, in permits.</summary>
    public long Shortfall => ChunkSize * MaxArmed;

    /// <summary>Chooses for a limit of <paramref name="burst"/> that refills at <paramref name="ratePerSecond"/>.</summary>
    public static ChunkPlan For(double ratePerSecond, long burst, int processors)
    {
        // Cells that are expected to be busy at the same time; more may be armed if the budget allows.
        int busy = Math.Clamp(4 * processors, 8, 64);
        double perMillisecond = Math.Min(ratePerSecond / 1000, MaxChunk * (double)busy);
        long chunk = Math.Min(Math.Min(burst / Share / busy, (long)(perMillisecond / processors)), MaxChunk);
        if (chunk < MinChunk)
        {
            // Few tokens: let fewer cells hold some before giving up.
            busy = Math.Max(2, processors);
            chunk = Math.Min(Math.Min(burst / Share / busy, (long)(perMillisecond / processors)), MinChunk);
            if (chunk < MinChunk)
            {
                return None;
            }
        }

        int armed = (int)Math.Min(burst / Share / chunk, Gcra.MaxArmed);
        return new ChunkPlan(chunk, armed, Math.Max(2 * chunk * armed, burst / 8));
    }

    /// <summary>How many threads can have a lane of their own.</summary>
    public static int Lanes(int processors) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(4 * processors, 16, 128));

    /// <summary>How many shards the threads without a lane share.</summary>
    public static int Shards(int processors) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(processors, 1, 64));
}
