using System.Runtime.CompilerServices;
using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Telemetry;
using RateSync.Fast.Waiting;

namespace RateSync.Fast;

public sealed partial class KeyedLimiter
{
    /// <summary>Forgets all keys that are as good as never seen, now. It happens by itself a little at a time.</summary>
    /// <returns>How many were forgotten.</returns>
    public long ForgetUnused() => _core.SweepAll();

    /// <summary>
    /// The keys with the most requests, most first, estimated from a sample; empty unless <see cref="KeyedLimiterOptions.TopKeys"/> is
    /// set.
    /// </summary>
    /// <param name="count">How many at the most.</param>
    /// <returns>Keys with estimates and their errors.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public IReadOnlyList<KeyActivity> GetHottestKeys(int count = 10)
    {
        Check.AtLeast(count, 0, nameof(count));
        return _hottest?.Get(count) ?? [];
    }

    /// <summary>
    /// The keys with the most refusals, most first, estimated from a sample; empty unless <see cref="KeyedLimiterOptions.TopKeys"/> is
    /// set.
    /// </summary>
    /// <param name="count">How many at the most.</param>
    /// <returns>Keys with estimates and their errors.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public IReadOnlyList<KeyActivity> GetMostRefusedKeys(int count = 10)
    {
        Check.AtLeast(count, 0, nameof(count));
        return _mostRefused?.Get(count) ?? [];
    }

    /// <summary>What the limiter has done so far.</summary>
    /// <returns>A snapshot.</returns>
    public KeyedMetrics GetMetrics()
    {
        SlotTally sum = _tally.Sum();
        KeyLines? lines = Volatile.Read(ref _lines);
        return new KeyedMetrics
        {
            LimiterId = Id,
            TotalAcquisitions = sum.Acquisitions,
            Refusals = sum.Refusals - sum.AskedToWait,
            TotalWaits = lines?.Figures.Waits ?? 0,
            TotalWaitTimeMs = (lines?.Figures.Ticks ?? 0) * 1000.0 / _clock.Frequency,
            MaxWaitTimeMs = (lines?.Figures.Longest ?? 0) * 1000.0 / _clock.Frequency,
            Timeouts = lines?.Figures.Timeouts ?? 0,
            Cancellations = lines?.Figures.Cancellations ?? 0,
            Waiting = lines?.Waiting ?? 0,
            Keys = Count,
            MemoryBytes = MemoryBytes,
            Overflowed = _core.Overflowed,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Count1(bool granted, LimiterKey key, int permits)
    {
        if (granted)
        {
            _tally.Acquired(ThreadSlot.Current, permits);
        }
        else
        {
            _tally.Refused(ThreadSlot.Current);
        }

        if (_hottest is not null && TopKeys.IsSampled())
        {
            Sample(granted, key);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Sample(bool granted, LimiterKey key)
    {
        ulong print = key.Hash(_hasher, _ipv6Prefix).Print;
        _hottest!.Add(print, key, _ipv6Prefix);
        if (!granted)
        {
            _mostRefused!.Add(print, key, _ipv6Prefix);
        }
    }
}
