using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Time;

namespace RateSync.Fast.State;

/// <summary>
/// One limit for each of millions of keys, in a flat table without an object per key: 16 bytes a slot. Granting is a look at a
/// bucket and one compare-and-swap. A key whose state equals that of a key never seen is forgotten, which nobody can notice.
/// </summary>
/// <remarks>
/// <para>No step waits for another thread's. What makes it right, in short (docs/design/memory-model.md has the argument at length):</para>
/// <list type="bullet">
/// <item>A state word never comes back within a slot's life, across owners included, so a compare-and-swap on it that succeeds was made for
/// the slot's present owner.</item>
/// <item>A key settles in by marking a slot as pending, then looking through all its slots, throwing out whoever else is
/// pending there for the same key, and then making its own slot the key's. Of two who try at once at least one sees the other, so a key
/// never has two slots.</item>
/// <item>A slot is taken over from an unused key by freezing its state first: a grant for the old key that comes at the same time
/// wins or fails as a whole.</item>
/// <item>A page that is too small is replaced. Who wants to settle in looks for a next page after having marked its slot; who goes on to
/// the next page looks through the old one after having seen it: no key settles in both.</item>
/// </list>
/// </remarks>
internal sealed partial class KeyTable<TPolicy, TAtomics, TShape> : IKeyedCore
    where TPolicy : struct, IKeyPolicy
    where TAtomics : struct, IAtomics
    where TShape : struct, ITableShape
{
    private readonly TPolicy _policy;
    private readonly Clock _clock;
    private readonly int _maxBuckets;
    private readonly long _maxKeys;
    private KeyPage _page;
    private PaddedWord _count;
    private PaddedWord _attempts;

    /// <summary>Makes an empty table.</summary>
    /// <param name="policy">The limit of each key.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="buckets">Buckets to begin with.</param>
    /// <param name="maxBuckets">Buckets at the most.</param>
    /// <param name="maxKeys">Keys at the most.</param>
    /// <param name="overflowCells">Shared cells, a power of two, for keys that find no room in a full table; 0 refuses them.</param>
    public KeyTable(TPolicy policy, Clock clock, int buckets, int maxBuckets, long maxKeys, int overflowCells)
    {
        _maxKeys = maxKeys;
        _policy = policy;
        _clock = clock;
        _maxBuckets = maxBuckets;
        _page = new KeyPage(Math.Min(buckets, maxBuckets), TShape.Slots);
        long now = clock.Now();
        _overflowCells = overflowCells;
        _sweepFrom = now;
    }

    public TPolicy Policy => _policy;

    public long Limit => _policy.Limit;

    public long Shortfall => _policy.Shortfall;

    public Clock Clock => _clock;

    /// <summary>Slots that have a key, forgotten or not.</summary>
    public long Count => Volatile.Read(ref _count.Value);

    /// <summary>Bytes of the table.</summary>
    public long Bytes
    {
        get
        {
            long bytes = (Volatile.Read(ref _overflow)?.LongLength ?? 0) * sizeof(long);
            for (KeyPage? page = Volatile.Read(ref _page); page is not null; page = Volatile.Read(ref page.Next))
            {
                bytes += page.Bytes;
            }

            return bytes;
        }
    }

    /// <summary>Takes permits for a key, all or none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(in KeyHash key, long permits)
    {
        // The common case, straight: the key is in its first or second bucket and has tokens set aside.
        KeyPage page = TAtomics.LoadAcquire(ref _page!)!;
        ref long bucket = ref page.Bucket(BucketOf(page, key.Print, 0));
        ref long second = ref page.Bucket(BucketOf(page, key.Print, 1));
        Prefetch(ref StateOf(ref bucket, 0));
        Prefetch(ref second);
        Prefetch(ref StateOf(ref second, 0));
        int slot = FindIn(ref bucket, key.Print);
        if (slot < 0)
        {
            bucket = ref second;
            slot = FindIn(ref bucket, key.Print);
        }

        if (slot >= 0)
        {
            ref long state = ref StateOf(ref bucket, slot);
            long before = TAtomics.LoadAcquire(ref state);
            if (KeySlot.IsOpenFor(before, key.Tag) && TAtomics.LoadAcquire(ref PrintOf(ref bucket, slot)) == (long)key.Print)
            {
                return _policy.TryTakePrepaid(KeySlot.Payload(before), permits, out long next)
                    && TAtomics.CompareExchange(ref state, KeySlot.WithPayload(before, next), before) == before
                        ? true
                        : TryTakeByClock(key, permits, ref state, before);
            }
        }

        return TryTakeSlowly(key, permits);
    }

    /// <summary>One attempt on a state that was the key's, with a look at the clock.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakeByClock(in KeyHash key, long permits, ref long state, long before)
    {
        long now = LookAtClock();
        if (_policy.TryTake(KeySlot.Payload(before), now, permits, out long next))
        {
            if (TAtomics.CompareExchange(ref state, KeySlot.WithPayload(before, next), before) == before)
            {
                return true;
            }
        }
        else if (TAtomics.LoadAcquire(ref state) == before)
        {
            return false;
        }

        return TryTakeSlowly(key, permits);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakeSlowly(in KeyHash key, long permits)
    {
        PrefetchAll(TAtomics.LoadAcquire(ref _page!)!, key.Print);
        KeyVerdict verdict = default;
        return TryTake(key, permits, ref verdict);
    }

    /// <summary>As <see cref="TryTake(in KeyHash, long)"/>, with the reasons if they are asked for.</summary>
    public bool TryTake(in KeyHash key, long permits, ref KeyVerdict verdict)
    {
        while (true)
        {
            ref long state = ref Seek(key, settle: true, out long before);
            if (Unsafe.IsNullRef(ref state))
            {
                return TryTakeFromOverflow(key, permits, ref verdict);
            }

            long payload = KeySlot.Payload(before);
            long now = 0;
            if (!_policy.TryTakePrepaid(payload, permits, out long next))
            {
                now = LookAtClock();
                if (!_policy.TryTake(payload, now, permits, out next))
                {
                    // Valid if the state was the key's all the while, which an unchanged one proves.
                    if (TAtomics.LoadAcquire(ref state) != before)
                    {
                        continue;
                    }

                    Explain(payload, now, permits, ref verdict);
                    return false;
                }
            }
            else if (verdict.Explain)
            {
                // Before anything is taken: the caller's clock may throw.
                now = _clock.Now();
            }

            // ORDER: full fence. PAIRS: every other step on the slot. ELSE: two callers could take the same tokens, or a grant be
            // booked on a slot that has gone to another key.
            if (TAtomics.CompareExchange(ref state, KeySlot.WithPayload(before, next), before) == before)
            {
                Explain(next, now, 1, ref verdict);
                return true;
            }
        }
    }

    /// <summary>How a key stands, and how <paramref name="permits"/> for it would be answered.</summary>
    public Description Peek(in KeyHash key, long permits)
    {
        long now = LookAtClock();
        ref long state = ref Seek(key, settle: false, out long before);
        if (!Unsafe.IsNullRef(ref state))
        {
            return _policy.Describe(KeySlot.Payload(before), now, permits);
        }

        return _policy.Describe(OverflowPayload(key, now), now, permits);
    }

    /// <summary>
    /// Gives permits back to a key. False if it is not there, having all it can have, or cannot have been granted so many.
    /// </summary>
    public bool Refund(in KeyHash key, long permits)
    {
        while (true)
        {
            ref long state = ref Seek(key, settle: false, out long before);
            if (Unsafe.IsNullRef(ref state) || !_policy.CanRefund(KeySlot.Payload(before), permits))
            {
                return false;
            }

            long next = _policy.Refund(KeySlot.Payload(before), LookAtClock(), permits);
            if (TAtomics.CompareExchange(ref state, KeySlot.WithReturned(before, next), before) == before)
            {
                return true;
            }
        }
    }

    /// <summary>Takes permits from a key whether they are to be had or not; false when no debt can hold them.</summary>
    public bool TryCharge(in KeyHash key, long permits)
    {
        while (true)
        {
            ref long state = ref Seek(key, settle: true, out long before);
            if (Unsafe.IsNullRef(ref state))
            {
                return ChargeOverflow(key, permits);
            }

            if (!_policy.TryCharge(KeySlot.Payload(before), LookAtClock(), permits, out long next))
            {
                return false;
            }

            if (TAtomics.CompareExchange(ref state, KeySlot.WithReturned(before, next), before) == before)
            {
                return true;
            }
        }
    }

    private void Explain(long payload, long now, long permits, ref KeyVerdict verdict)
    {
        if (verdict.Explain)
        {
            verdict.Description = _policy.Describe(payload, now, permits);
        }
    }
}
