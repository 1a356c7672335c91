using System.Diagnostics;

namespace RateSync.Fast.Tool.Output;

/// <summary>Says how far a long command is, on a terminal only, in a line that is wiped at the end.</summary>
internal sealed class Progress(Screen screen) : IDisposable
{
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private long _shownAt;
    private int _length;

    public void Say(Func<string> text)
    {
        if (!screen.ShowsProgress)
        {
            return;
        }

        lock (_gate)
        {
            if (_shownAt != 0 && Stopwatch.GetElapsedTime(_shownAt) < s_between)
            {
                return;
            }

            _shownAt = Stopwatch.GetTimestamp();
            string shown = text();
            screen.Error.Write('\r' + shown.PadRight(_length));
            _length = shown.Length;
        }
    }

    public void Dispose()
    {
        if (_length > 0)
        {
            screen.Error.Write('\r' + new string(' ', _length) + '\r');
        }
    }
}
