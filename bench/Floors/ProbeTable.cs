using System.Diagnostics;
using System.Numerics;

namespace RateSync.Fast.Bench.Floors;

/// <summary>
/// What a limiter for many keys cannot avoid: a clock read, a hash, a probe and a compare-and-swap. No keys are told apart and no
/// collision is handled: it is a floor, not a limiter.
/// </summary>
internal sealed class ProbeTable(int keys)
{
    // As large as a table of 16 bytes a key, rounded up to a power of two, so that it misses the caches as often.
    private readonly long[] _words = new long[BitOperations.RoundUpToPowerOf2((uint)keys) * 2];

    public bool TryTouch(string key)
    {
        long[] words = _words;
        int index = (key.GetHashCode() & ((words.Length >> 1) - 1)) << 1;
        ref long word = ref words[index];
        long now = Stopwatch.GetTimestamp();
        long seen = Volatile.Read(ref word);
        return Interlocked.CompareExchange(ref word, now, seen) == seen;
    }
}
