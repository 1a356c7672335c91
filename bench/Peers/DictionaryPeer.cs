using System.Collections.Concurrent;
using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Peers;

/// <summary>A dictionary of plain limiters on one word, as one writes it by hand.</summary>
internal struct DictionaryPeer(ConcurrentDictionary<string, GcraWord> words, string[] keys) : IOperation
{
    private readonly ConcurrentDictionary<string, GcraWord> _words = words;
    private readonly string[] _keys = keys;
    private int _next;

    public void Begin(long start)
    {
        _next = (int)(start % _keys.Length);
    }

    public bool Invoke()
    {
        string key = _keys[_next];
        if (++_next == _keys.Length)
        {
            _next = 0;
        }

        return _words.GetOrAdd(key, static _ => new GcraWord(PeerLimits.Rate, PeerLimits.Burst)).TryAcquire();
    }
}
