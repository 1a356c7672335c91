using System.Numerics;
using RateSync.Fast.Tests.Property.Checks;

namespace RateSync.Fast.Tests.Property.Windows;

/// <summary>
/// A window counted in sub-windows that begin every so many ticks: a dictionary of what was granted in each. The current one and so many
/// older ones count; with <paramref name="interpolate"/> the oldest only for the part of it that the window still covers.
/// </summary>
/// <param name="limit">Permits that may count at a time.</param>
/// <param name="ticks">Length of a sub-window.</param>
/// <param name="older">How many sub-windows before the current one count.</param>
/// <param name="interpolate">Whether the oldest counts in part only.</param>
/// <param name="start">When the first one begins; null for the first call.</param>
internal sealed class WindowModel(long limit, long ticks, int older, bool interpolate, long? start) : IRateModel
{
    private readonly Dictionary<long, long> _counts = [];
    private long? _start = start;
    private long _current;

    public long Limit => limit;

    public long Remaining(long now) => RemainingAt(Roll(now));

    public long Take(long now, long permits)
    {
        Roll(now);
        _counts[_current] = _counts.GetValueOrDefault(_current) + permits;
        return _current;
    }

    public void Refund(long now, long permits, long booking)
    {
        Roll(now);
        _counts[booking] -= permits;
    }

    public long TicksUntil(long now, long permits) => First(Roll(now), elapsed => RemainingAt(elapsed) >= permits);

    public long TicksUntilUnused(long now) => First(Roll(now), elapsed => RemainingAt(elapsed) == limit);

    /// <summary>Once a sub-window has begun the clock may go back, but the count does not.</summary>
    private long Roll(long now)
    {
        _start ??= now;
        long elapsed = now - _start.Value;
        _current = Math.Max(_current, elapsed / ticks);
        return elapsed;
    }

    private long RemainingAt(long elapsed)
    {
        long index = Math.Max(_current, elapsed / ticks);
        long used = 0;
        for (long i = index - older; i <= index; i++)
        {
            long count = _counts.GetValueOrDefault(i);
            if (interpolate && i < index)
            {
                long left = Math.Min(ticks, ((index + 1) * ticks) - elapsed);
                count = (long)new Rational((BigInteger)count * left, ticks).Ceiling();
            }

            used += count;
        }

        return limit - used;
    }

    /// <summary>Ticks until the first time from which on it is so; by bisection.</summary>
    private long First(long elapsed, Func<long, bool> holds)
    {
        if (holds(elapsed))
        {
            return 0;
        }

        long not = elapsed;
        long yes = Math.Max(elapsed, _current * ticks) + ((older + 2) * ticks);
        while (yes - not > 1)
        {
            long middle = not + ((yes - not) / 2);
            (not, yes) = holds(middle) ? (not, middle) : (middle, yes);
        }

        return yes - elapsed;
    }
}
