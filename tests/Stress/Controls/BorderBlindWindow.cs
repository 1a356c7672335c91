using System.Diagnostics;

namespace RateSync.Fast.Tests.Stress.Controls;

/// <summary>Broken on purpose: a right fixed window that says it slides, and lets twice the limit through around a border.</summary>
internal sealed class BorderBlindWindow(int limit, long length)
{
    private readonly Lock _gate = new();
    private long _window;
    private int _taken;

    public bool TryAcquire(int permits)
    {
        lock (_gate)
        {
            long window = Stopwatch.GetTimestamp() / length;
            _taken = window == _window ? _taken : 0;
            _window = window;
            if (_taken + permits > limit)
            {
                return false;
            }

            _taken += permits;
            return true;
        }
    }
}
