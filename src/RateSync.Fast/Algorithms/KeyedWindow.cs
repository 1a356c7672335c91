using System.Numerics;

namespace RateSync.Fast.Algorithms;

/// <summary>
/// One key's window: the index of the current sub-window above a counter for it and for each older one that still counts.
/// </summary>
/// <remarks>
/// Whole sub-windows are counted, so the limit is strict; with S older ones at least S in S + 1 of it can be used. How many fit depends on
/// how many bits a counter needs. With none it is the fixed window.
/// </remarks>
internal readonly struct KeyedWindow : IKeyPolicy
{
    /// <summary>Bits left to the index at least, so that it goes round slowly.</summary>
    private const int MinIndexBits = 16;

    private const int MaxOlder = 8;

    private readonly long _ticks;
    private readonly long _start;
    private readonly int _older;
    private readonly int _bits;
    private readonly long _mask;
    private readonly long _grace;

    /// <param name="limit">Permits in a window.</param>
    /// <param name="windowTicks">Length of the window.</param>
    /// <param name="sliding">Whether older sub-windows count; else the window is fixed.</param>
    /// <param name="start">Clock tick at which sub-windows begin to be counted.</param>
    /// <param name="frequency">Clock ticks in a second.</param>
    /// <param name="largest">A larger limit whose permits keys may bring along; 0 for none.</param>
    public KeyedWindow(long limit, long windowTicks, bool sliding, long start, long frequency, long largest = 0)
    {
        Limit = limit;
        _start = start;
        _bits = 64 - BitOperations.LeadingZeroCount((ulong)Math.Max(limit, Math.Min(largest, sliding ? MaxSlidingLimit : int.MaxValue)));
        _mask = (1L << _bits) - 1;
        _older = sliding ? (int)Math.Min(Math.Min(MaxOlder, ((IKeyPolicy.PayloadBits - MinIndexBits) / _bits) - 1), windowTicks) : 0;
        _ticks = _older == 0 ? windowTicks : ((windowTicks - 1) / _older) + 1;
        _grace = Math.Min(IKeyPolicy.GraceSeconds * frequency, VisitTicks / 2);
    }

    /// <summary>Largest limit of a sliding window: two counters must fit.</summary>
    public static long MaxSlidingLimit => (1L << ((IKeyPolicy.PayloadBits - MinIndexBits) / 2)) - 1;

    public long Limit { get; }

    public long Shortfall => 0;

    /// <summary>Sub-windows before the current one that count.</summary>
    public int Older => _older;

    public bool DependsOnTime => true;

    public long VisitTicks => (long)Int128.Min((Int128)_ticks << (IndexBits - 3), long.MaxValue / 4);

    private int CounterBits => (_older + 1) * _bits;

    private int IndexBits => IKeyPolicy.PayloadBits - CounterBits;

    public long Fresh(long now) => IndexOf(now) << CounterBits & ((1L << IKeyPolicy.PayloadBits) - 1);

    public bool IsUnused(long payload, long now) => Counters(Roll(payload, now)) == 0;

    public bool IsStale(long payload, long now) => IsUnused(payload, now - _grace);

    public long Settle(long payload, long now) => payload;

    public long Wake(long payload, long now) => Fresh(now);

    public bool TryTakePrepaid(long payload, long permits, out long next)
    {
        next = payload;
        return false;
    }

    public bool TryTake(long payload, long now, long permits, out long next)
    {
        next = Roll(payload, now);
        if (Sum(next) + permits > Limit)
        {
            return false;
        }

        next += permits;
        return true;
    }

    public bool TryCharge(long payload, long now, long permits, out long next)
    {
        // No debt: what does not fit any more counts as the whole limit of the current sub-window.
        next = Roll(payload, now);
        long current = next & _mask;
        next = (next & ~_mask) | Math.Min(_mask, current + permits);
        return true;
    }

    public bool CanRefund(long payload, long permits) => true;

    public long Refund(long payload, long now, long permits)
    {
        // Taken out where it would have ended to count first.
        long next = Roll(payload, now);
        for (int i = _older; i >= 0 && permits > 0; i--)
        {
            int shift = i * _bits;
            long back = Math.Min(permits, (next >> shift) & _mask);
            next -= back << shift;
            permits -= back;
        }

        return next;
    }

    public long Stricter(long a, long b, long now)
    {
        long x = Roll(a, now), y = Roll(b, now);
        long result = Counters(x) ^ x;
        for (int i = 0; i <= _older; i++)
        {
            int shift = i * _bits;
            result |= Math.Max((x >> shift) & _mask, (y >> shift) & _mask) << shift;
        }

        return result;
    }

    public Description Describe(long payload, long now, long permits)
    {
        if (permits > Limit)
        {
            return DescribeLine(payload, now, permits);
        }

        long rolled = Roll(payload, now);
        long used = Sum(rolled);
        long remaining = Math.Max(0, Limit - used);
        long index = IndexOf(now);
        long reset = 0;
        long retry = 0;
        long left = used;
        for (int i = _older; i >= 0; i--)
        {
            // Sub-window i ends to count when the one so many after it begins.
            long count = (rolled >> (i * _bits)) & _mask;
            long gone = ((index - i + _older + 1) * _ticks) + _start - now;
            if (count > 0)
            {
                reset = gone;
            }

            if (left + permits > Limit)
            {
                left -= count;
                retry = gone;
            }
        }

        return permits <= remaining
            ? new Description(remaining, 0, 0, reset)
            : new Description(remaining, permits - remaining, retry, reset);
    }

    public KeyCarry Carry(long payload, long now)
    {
        long rolled = Roll(payload, now);
        long index = IndexOf(now);
        KeyCarry carry = default;
        for (int i = _older; i >= 0; i--)
        {
            long count = (rolled >> (i * _bits)) & _mask;
            if (count > 0)
            {
                carry.Add(count, Math.Min(now, ((index - i + 1) * _ticks) + _start - 1));
            }
        }

        return carry;
    }

    public long Adopt(in KeyCarry carry, long now)
    {
        // What a bucket was short of counts as granted just now.
        long next = Fresh(now);
        long rest = carry.Units == 0 ? 0 : ((carry.Units - 1) / carry.PerPermit) + 1;
        long excess = 0;
        for (int i = _older; i >= 0; i--)
        {
            // A counter that cannot hold all hands the rest on to the next, where it counts for longer.
            long count = excess + (i == 0 ? rest : 0);
            for (int entry = 0; entry < carry.Count; entry++)
            {
                count += Math.Max(0, IndexOf(now) - IndexOf(carry[entry].To)) == i ? carry[entry].Permits : 0;
            }

            next |= Math.Min(count, _mask) << (i * _bits);
            excess = Math.Max(0, count - _mask);
        }

        return next;
    }

    /// <summary>
    /// More than ever fit into a window: what is granted at the begin of a sub-window is free again a whole window later.
    /// </summary>
    private Description DescribeLine(long payload, long now, long permits)
    {
        long rounds = (permits - 1) / Limit;
        Description first = Describe(payload, now, permits - (rounds * Limit));
        Int128 round = (Int128)_ticks * (_older + 1);
        Int128 retry = first.RetryTicks > 0
            ? first.RetryTicks + (rounds * round)
            : (((Int128)IndexOf(now) + _older + 1) * _ticks) + _start - now + ((rounds - 1) * round);
        return first with { Missing = permits - first.Remaining, RetryTicks = (long)Int128.Min(retry, long.MaxValue / 4) };
    }

    private long IndexOf(long now) => Math.Max(0, now - _start) / _ticks;

    private long Counters(long payload) => payload & ((1L << CounterBits) - 1);

    /// <summary>The payload brought up to now; one from a later time than the caller knows of stays as it is.</summary>
    private long Roll(long payload, long now)
    {
        long index = IndexOf(now);
        int spare = 64 - IndexBits;
        long passed = (index - (payload >> CounterBits)) << spare >> spare;
        if (passed <= 0)
        {
            return payload;
        }

        long counters = passed > _older ? 0 : (Counters(payload) << (int)(passed * _bits)) & ((1L << CounterBits) - 1);
        return ((index << CounterBits) | counters) & ((1L << IKeyPolicy.PayloadBits) - 1);
    }

    private long Sum(long payload)
    {
        long sum = 0;
        for (int i = 0; i <= _older; i++)
        {
            sum += (payload >> (i * _bits)) & _mask;
        }

        return sum;
    }
}
