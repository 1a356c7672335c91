using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Floors;

/// <summary>A reading of the clock, the hash of a key, a look into a flat table and a compare-and-swap there.</summary>
internal struct ProbeOperation(ProbeTable table, string[] keys) : IOperation
{
    private readonly ProbeTable _table = table;
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

        return _table.TryTouch(key);
    }
}
