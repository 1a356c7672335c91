using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <summary>
/// Counts what a limiter did without interlocked operations: each thread slot has counters that only its thread writes.
/// Threads beyond the first so many share one set, by interlocked additions.
/// </summary>
/// <remarks>Counters are read while they are written: exact when the limiter is quiet, a moment old when it is not.</remarks>
internal sealed class Tally
{
    private const int FirstSlots = 1 + 4;

    private static readonly int s_maxSlots = 1 + ChunkPlan.Lanes(Environment.ProcessorCount);

    private Page _page = new(FirstSlots, null);
    private SlotTally _shared;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Acquired(uint slot, long permits)
    {
        SlotTally[] own = _page.Slots;
        if (slot < (uint)own.Length)
        {
            own[slot].Acquisitions++;
            own[slot].Permits += permits;
            return;
        }

        AcquiredElsewhere(slot, permits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Refused(uint slot)
    {
        SlotTally[] own = _page.Slots;
        if (slot < (uint)own.Length)
        {
            own[slot].Refusals++;
            return;
        }

        RefusedElsewhere(slot);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Released(uint slot)
    {
        SlotTally[] own = _page.Slots;
        if (slot < (uint)own.Length)
        {
            own[slot].Releases++;
            return;
        }

        Released(slot, 1);
    }

    /// <summary>Several slots were given back at once.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Released(uint slot, long slots)
    {
        slot = slot == ThreadSlot.Unassigned ? ThreadSlot.Assign() : slot;
        if (slot < (uint)s_maxSlots)
        {
            Own(slot).Releases += slots;
            return;
        }

        Interlocked.Add(ref _shared.Releases, slots);
    }

    /// <summary>A caller found no free slot.</summary>
    public void Full(uint slot)
    {
        slot = slot == ThreadSlot.Unassigned ? ThreadSlot.Assign() : slot;
        if (slot < (uint)s_maxSlots)
        {
            Own(slot).TimesFull++;
        }
        else
        {
            Interlocked.Increment(ref _shared.TimesFull);
        }
    }

    /// <summary>A caller who was refused goes on to wait: it was no refusal.</summary>
    public void AskedToWait(uint slot)
    {
        slot = slot == ThreadSlot.Unassigned ? ThreadSlot.Assign() : slot;
        if (slot < (uint)s_maxSlots)
        {
            Own(slot).AskedToWait++;
        }
        else
        {
            Interlocked.Increment(ref _shared.AskedToWait);
        }
    }

    /// <summary>A wait has ended with its permits.</summary>
    public void Waited(uint slot, long ticks)
    {
        slot = slot == ThreadSlot.Unassigned ? ThreadSlot.Assign() : slot;
        if (slot < (uint)s_maxSlots)
        {
            ref SlotTally own = ref Own(slot);
            own.Waits++;
            own.WaitTicks += ticks;
        }
        else
        {
            Interlocked.Increment(ref _shared.Waits);
            Interlocked.Add(ref _shared.WaitTicks, ticks);
        }
    }

    /// <summary>A cell counts permits, not calls: this many of them were beyond the first of a call.</summary>
    public void SeveralFromCell(uint slot, long extra)
    {
        if (slot < (uint)s_maxSlots)
        {
            Own(slot).Extra += extra;
        }
        else
        {
            Interlocked.Add(ref _shared.Extra, extra);
        }
    }

    /// <summary>The sum of all counters.</summary>
    public SlotTally Sum()
    {
        SlotTally sum = default;
        for (Page? page = Volatile.Read(ref _page); page is not null; page = page.Older)
        {
            foreach (ref SlotTally tally in page.Slots.AsSpan())
            {
                Add(ref sum, ref tally);
            }
        }

        Add(ref sum, ref _shared);
        return sum;
    }

    private static void Add(ref SlotTally sum, ref SlotTally tally)
    {
        sum.Acquisitions += Volatile.Read(ref tally.Acquisitions);
        sum.Permits += Volatile.Read(ref tally.Permits);
        sum.Refusals += Volatile.Read(ref tally.Refusals);
        sum.Releases += Volatile.Read(ref tally.Releases);
        sum.Extra += Volatile.Read(ref tally.Extra);
        sum.AskedToWait += Volatile.Read(ref tally.AskedToWait);
        sum.TimesFull += Volatile.Read(ref tally.TimesFull);
        sum.Waits += Volatile.Read(ref tally.Waits);
        sum.WaitTicks += Volatile.Read(ref tally.WaitTicks);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AcquiredElsewhere(uint slot, long permits)
    {
        slot = slot == ThreadSlot.Unassigned ? ThreadSlot.Assign() : slot;
        if (slot < (uint)s_maxSlots)
        {
            ref SlotTally own = ref Own(slot);
            own.Acquisitions++;
            own.Permits += permits;
            return;
        }

        Interlocked.Increment(ref _shared.Acquisitions);
        Interlocked.Add(ref _shared.Permits, permits);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RefusedElsewhere(uint slot)
    {
        slot = slot == ThreadSlot.Unassigned ? ThreadSlot.Assign() : slot;
        if (slot < (uint)s_maxSlots)
        {
            Own(slot).Refusals++;
            return;
        }

        Interlocked.Increment(ref _shared.Refusals);
    }

    /// <summary>The slot's own counters, made if need be. Older, shorter pages stay: what was counted there stays counted.</summary>
    private ref SlotTally Own(uint slot)
    {
        Page page = Volatile.Read(ref _page);
        while (slot >= (uint)page.Slots.Length)
        {
            Page longer = new(Math.Min(page.Slots.Length * 4, s_maxSlots), page);
            Page seen = Interlocked.CompareExchange(ref _page, longer, page);
            page = ReferenceEquals(seen, page) ? longer : seen;
        }

        return ref page.Slots[slot];
    }

    private sealed class Page(int slots, Page? older)
    {
        public readonly SlotTally[] Slots = new SlotTally[slots];
        public readonly Page? Older = older;
    }
}
