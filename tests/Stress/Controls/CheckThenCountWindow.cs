using System.Diagnostics;

namespace RateSync.Fast.Tests.Stress.Controls;

/// <summary>Broken on purpose: each step is atomic, but checking and counting are two steps.</summary>
internal sealed class CheckThenCountWindow(int limit, long length)
{
    private long _window;
    private long _taken;

    public bool TryAcquire(int permits)
    {
        long window = Stopwatch.GetTimestamp() / length;
        if (Interlocked.Exchange(ref _window, window) != window)
        {
            Interlocked.Exchange(ref _taken, 0);
        }

        if (Interlocked.Read(ref _taken) + permits > limit)
        {
            return false;
        }

        Interlocked.Add(ref _taken, permits);
        return true;
    }
}
