using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <summary>Keeps track of when a limiter went cold, and turns true time into the slow time of <see cref="WarmUpCurve"/>.</summary>
internal sealed class WarmUp
{
    private readonly WarmUpCurve _curve;
    private Phase _phase;
    private long _lastUse;

    public WarmUp(WarmUpCurve curve, long now)
    {
        _curve = curve;
        _phase = new Phase(now, now);
        _lastUse = now;
    }

    /// <summary>Slow time at true time <paramref name="now"/>; continuous, and never faster than true time.</summary>
    public long ToVirtual(long now)
    {
        Phase phase = Volatile.Read(ref _phase);
        return phase.SlowStart + _curve.Progress(now - phase.Start);
    }

    /// <summary>True ticks from <paramref name="now"/> until slow time reaches <paramref name="slowTime"/>.</summary>
    public long RealTicksUntil(long now, long slowTime)
    {
        Phase phase = Volatile.Read(ref _phase);
        return Math.Max(0, phase.Start + _curve.Elapsed(slowTime - phase.SlowStart) - now);
    }

    /// <summary>
    /// Whether the limiter had cooled down, having granted nothing for a whole warm-up period; if so it starts anew from now.
    /// </summary>
    /// <remarks>
    /// Slow time goes on from where it was, only slower. A call that still holds the old phase is ahead by what passed since the switch,
    /// which is less than true time: the nominal rate bounds both.
    /// </remarks>
    public bool WentCold(long now)
    {
        if (now - Volatile.Read(ref _lastUse) < _curve.Period)
        {
            return false;
        }

        Phase phase = Volatile.Read(ref _phase);
        if (now - phase.Start < _curve.Period)
        {
            return false;
        }

        Phase cold = new(now, phase.SlowStart + _curve.Progress(now - phase.Start));
        return ReferenceEquals(Interlocked.CompareExchange(ref _phase, cold, phase), phase);
    }

    /// <summary>Is from now on as warm as another one of the same kind; false where there is none. Nobody else is at work.</summary>
    public bool TryContinue(WarmUp? other)
    {
        if (other is null || other._curve != _curve)
        {
            return false;
        }

        _phase = other._phase;
        _lastUse = other._lastUse;
        return true;
    }

    /// <summary>Notes a grant.</summary>
    public void Used(long now) => Volatile.Write(ref _lastUse, now);

    private sealed record Phase(long Start, long SlowStart);
}
