using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Interleaving.Explorer;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>
/// A tiny table of keys, each with a bucket, whose limit is changed under those who use it, at a clock that stands still.
/// </summary>
internal sealed class KeyChangeScenario
{
    private readonly ModelClock _time = new(frozen: true);
    private readonly KeyHasher _hasher = KeyHasher.FromSeed(3);
    private readonly long _burst;
    private readonly ChangeableKeys<ModelAtomics> _keys;
    private readonly Dictionary<int, long>[] _granted = [[], [], [], []];

    public KeyChangeScenario(long burst, int maxKeys = 4, int overflowCells = 0)
    {
        EraState.Reset();
        _burst = burst;
        Clock clock = new(_time);
        _keys = new ChangeableKeys<ModelAtomics>(Limit(1), clock, (limit, _) => new KeyTable<KeyedBucket, ModelAtomics, PairShape>(
            new KeyedBucket(limit.RatePerSecond, limit.Limit, clock.Frequency, limit.Largest), clock, 1, Math.Max(1, maxKeys / 2), maxKeys, overflowCells));
    }

    public void Take(int key)
    {
        KeyVerdict verdict = default;
        bool granted = _keys.TryTake(_hasher.Hash(key), 1, ref verdict);
        Note(key, granted ? 1 : 0);
    }

    public void Refund(int key)
    {
        Assert.True(_keys.Refund(_hasher.Hash(key), 1));
        Note(key, -1);
    }

    /// <summary>Changes the rate, and leaves the burst as it is.</summary>
    public void Change(double rate) => _keys.Change(Limit(rate));

    public long Granted(int key) => _granted.Sum(own => own.GetValueOrDefault(key));

    /// <summary>When all is quiet: each key has had its burst at the most, and the rest of it is still to come, no more, no less.</summary>
    public void Check(params int[] keys)
    {
        // Rounding, when what was spent is carried over, may cost less than a permit.
        _time.Advance(1000);
        foreach (int key in keys)
        {
            Assert.InRange(Granted(key), 0, _burst);
            for (long i = 0; i <= _burst; i++)
            {
                Take(key);
            }

            Assert.Equal(_burst, Granted(key));
        }
    }

    private KeyLimit Limit(double rate) => new() { Kind = KeyLimitKind.Bucket, RatePerSecond = rate, Limit = _burst, Largest = _burst, MaxKeys = 4 };

    private void Note(int key, long granted)
    {
        Dictionary<int, long> own = _granted[VirtualThread.Current?.Index ?? 3];
        own[key] = own.GetValueOrDefault(key) + granted;
    }
}
