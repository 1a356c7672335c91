using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Operations;

/// <summary><see cref="KeyedLimiter.TryAcquire(string, int)"/>, one key after the other.</summary>
internal struct KeyedOperation(KeyedLimiter limiter, string[] keys) : IOperation
{
    private readonly KeyedLimiter _limiter = limiter;
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

        return _limiter.TryAcquire(key);
    }
}
