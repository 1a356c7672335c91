using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Interleaving.Explorer;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>A tiny table of keys at a clock that stands still while the threads run.</summary>
internal sealed class KeyScenario
{
    private readonly long _burst;
    private readonly ModelClock _time = new(frozen: true);
    private readonly KeyHasher _hasher = KeyHasher.FromSeed(3);
    private readonly Dictionary<int, long>[] _granted = [[], [], [], []];

    public KeyScenario(long burst, int buckets, int maxBuckets, int maxKeys, int overflowCells = 0)
    {
        _burst = burst;
        Clock clock = new(_time);
        Table = new(new KeyedBucket(1, burst, clock.Frequency), clock, buckets, maxBuckets, maxKeys, overflowCells);
    }

    public KeyTable<KeyedBucket, ModelAtomics, PairShape> Table { get; }

    public bool Take(int key)
    {
        bool granted = Table.TryTake(_hasher.Hash(key), 1);
        Dictionary<int, long> own = _granted[VirtualThread.Current?.Index ?? 3];
        own[key] = own.GetValueOrDefault(key) + (granted ? 1 : 0);
        return granted;
    }

    /// <summary>Every key seen so far is as good as never seen, so much time passes. Before the threads.</summary>
    public void Forget()
    {
        _time.Advance(3_600_000_000_000);
        Array.ForEach(_granted, static own => own.Clear());
    }

    public long Granted(int key) => _granted.Sum(own => own.GetValueOrDefault(key));

    /// <summary>When all is quiet: each key has had its burst at the most, and the rest of it is still to come, no more, no less.</summary>
    /// <param name="shared">Whether keys may have to share a limit, as those do that find no room.</param>
    public void Check(bool shared, params int[] keys)
    {
        foreach (int key in keys)
        {
            Assert.InRange(Granted(key), 0, _burst);
            for (long i = 0; i <= _burst; i++)
            {
                Take(key);
            }

            Assert.InRange(Granted(key), shared ? 0 : _burst, _burst);
        }
    }
}
