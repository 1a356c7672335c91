using RateSync.Fast.Http.Fields;

namespace RateSync.Fast.Http.Pauses;

/// <summary>Until when a host wants no calls, and how far apart it wants them.</summary>
internal sealed class HostPause(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly long _origin = clock.GetTimestamp();
    private TimeSpan _pausedUntil;
    private TimeSpan _pacedUntil;
    private TimeSpan _interval;
    private TimeSpan _nextCall;

    /// <summary>Whether it restrains nothing any more.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate)
            {
                TimeSpan now = Now;
                return now >= _pausedUntil && now >= _pacedUntil;
            }
        }
    }

    private TimeSpan Now => clock.GetElapsedTime(_origin);

    public void Take(in Advice advice)
    {
        lock (_gate)
        {
            TimeSpan now = Now;
            if (advice.Pause > TimeSpan.Zero && now + advice.Pause > _pausedUntil)
            {
                _pausedUntil = now + advice.Pause;
            }

            if (advice.Interval > TimeSpan.Zero)
            {
                _interval = advice.Interval;
                _pacedUntil = now + advice.PacedFor;
                _nextCall = _nextCall > now + _interval ? _nextCall : now + _interval;
            }
        }
    }

    /// <summary>Asks for a call, and books it where calls are spaced.</summary>
    /// <param name="longest">The longest wait that makes sense to the caller.</param>
    /// <param name="isBooked">Whether it is booked already, and only a pause can hold it up.</param>
    /// <param name="wait">How long to wait.</param>
    /// <returns>What comes after the wait.</returns>
    public PauseEnd Enter(TimeSpan longest, bool isBooked, out TimeSpan wait)
    {
        lock (_gate)
        {
            TimeSpan now = Now;
            wait = _pausedUntil > now ? _pausedUntil - now : TimeSpan.Zero;
            if (wait > TimeSpan.Zero)
            {
                return wait > longest ? PauseEnd.Refused : PauseEnd.AskAgain;
            }

            if (isBooked || now >= _pacedUntil)
            {
                return PauseEnd.Go;
            }

            // When the host's count begins anew, everybody may go.
            TimeSpan call = _nextCall > now ? _nextCall : now;
            call = call < _pacedUntil ? call : _pacedUntil;
            wait = call - now;
            if (wait > longest)
            {
                return PauseEnd.Refused;
            }

            _nextCall = call + _interval;
            return PauseEnd.Go;
        }
    }
}
