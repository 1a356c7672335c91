using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace RateSync.Fast.Time;

/// <summary>
/// A monotonic clock: the system's own, read directly, unless another <see cref="TimeProvider"/> was given.
/// </summary>
internal readonly struct Clock
{
    /// <summary>A tick of a picosecond.</summary>
    private const long MaxFrequency = 1_000_000_000_000;

    private const long MaxTicks = long.MaxValue / 2;

    private static readonly TimeSpan s_longestDelay = TimeSpan.FromMilliseconds(int.MaxValue);

    private readonly TimeProvider? _custom;

    public Clock(TimeProvider? provider)
    {
        _custom = provider is null || ReferenceEquals(provider, TimeProvider.System) ? null : provider;
        Frequency = _custom?.TimestampFrequency ?? Stopwatch.Frequency;
        if (Frequency is < 1 or > MaxFrequency)
        {
            throw new ArgumentException(
                $"{provider!.GetType().Name}.TimestampFrequency must be from 1 to {MaxFrequency} ticks per second; found {Frequency}.", nameof(provider));
        }
    }

    /// <summary>Ticks in a second.</summary>
    public long Frequency { get; }

    /// <summary>Whether <see cref="CoarseClock"/> bounds this clock.</summary>
    public bool IsSystem => _custom is null;

    public TimeProvider Provider => _custom ?? TimeProvider.System;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Now() => _custom is null ? Stopwatch.GetTimestamp() : _custom.GetTimestamp();

    /// <summary>The wall clock in ticks of this one: for <see cref="Algorithms.Defect.WallClockIsTime"/> only.</summary>
    public long WallNow() => (long)((Int128)Provider.GetUtcNow().Ticks * Frequency / TimeSpan.TicksPerSecond);

    /// <summary>
    /// A cheap reading for measuring how long something took: on average right, each one off by a timer tick at the most.
    /// </summary>
    public long Roughly() => _custom is null ? Environment.TickCount64 * (Stopwatch.Frequency / 1000) : _custom.GetTimestamp();

    /// <summary>As <see cref="Roughly"/>, but what is given if the caller's clock throws: for figures, for which no call is to fail.</summary>
    public long RoughlyOr(long otherwise)
    {
        try
        {
            return Roughly();
        }
        catch (Exception) when (!IsSystem)
        {
            return otherwise;
        }
    }

    /// <summary>Ticks as a span, rounded up to whole 100 ns, so that waiting for it is never too short.</summary>
    public TimeSpan ToTimeSpan(long ticks)
    {
        if (ticks <= 0)
        {
            return TimeSpan.Zero;
        }

        Int128 scaled = (Int128)ticks * TimeSpan.TicksPerSecond;
        Int128 span = (scaled + Frequency - 1) / Frequency;
        return span > TimeSpan.MaxValue.Ticks ? TimeSpan.MaxValue : new TimeSpan((long)span);
    }

    /// <summary>Ticks as the delay of one of this clock's timers, which may have to be set again when it has passed.</summary>
    public TimeSpan ToTimerDelay(long ticks)
    {
        // Timers take no more than 49 days; after a part of a longer delay the timer is set again.
        TimeSpan delay = ToTimeSpan(ticks);
        if (delay > s_longestDelay)
        {
            return s_longestDelay;
        }

        // The system's timers cut to whole milliseconds: a cut delay would only wake up too early and set the timer again.
        return IsSystem ? TimeSpan.FromMilliseconds(Math.Ceiling(delay.TotalMilliseconds)) : delay;
    }

    /// <summary>A span in ticks, rounded down; never negative.</summary>
    public long ToTicks(TimeSpan span)
    {
        if (span <= TimeSpan.Zero)
        {
            return 0;
        }

        // Seconds and the rest apart, so that neither needs more than 64 bits.
        (long seconds, long rest) = Math.DivRem(span.Ticks, TimeSpan.TicksPerSecond);
        return seconds > MaxTicks / Frequency
            ? MaxTicks
            : Math.Min((seconds * Frequency) + (long)((ulong)rest * (ulong)Frequency / TimeSpan.TicksPerSecond), MaxTicks);
    }

    /// <summary>A span in ticks, rounded up.</summary>
    public long ToTicksRoundedUp(TimeSpan span)
    {
        Int128 ticks = (((Int128)span.Ticks * Frequency) + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;
        return ticks > MaxTicks ? MaxTicks : (long)ticks;
    }

    /// <summary>The wall-clock time of a tick not long ago.</summary>
    public DateTimeOffset? ToWallClock(long? tick) =>
        tick is null ? null : Provider.GetUtcNow() - ToTimeSpan(Now() - tick.Value);
}
