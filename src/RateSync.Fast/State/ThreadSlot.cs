using System.Runtime.CompilerServices;

namespace RateSync.Fast.State;

/// <summary>
/// A small number, from 1, for each live thread that has used a limiter, the lowest free one first. No two live threads share a
/// number, so a cell indexed by it has one owner.
/// </summary>
/// <remarks>A dead thread's number goes to the next new thread, and with it whatever its cells hold.</remarks>
internal static class ThreadSlot
{
    /// <summary>The slot of a thread that has none yet; beyond any array.</summary>
    public const uint Unassigned = uint.MaxValue;

    // Slot + 1, so that a new thread's zero means unassigned.
    [ThreadStatic]
    private static uint t_slotPlusOne;

    [ThreadStatic]
    private static uint t_core;

    [ThreadStatic]
    private static Holder? t_holder;

    /// <summary>The calling thread's slot, or <see cref="Unassigned"/>.</summary>
    public static uint Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => t_slotPlusOne - 1;
    }

    /// <summary>The processor that the thread ran on when it last looked.</summary>
    public static uint Core
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => t_core;
    }

    /// <summary>Looks again which processor the thread runs on; done whenever a shard runs dry.</summary>
    public static void RefreshCore() => t_core = (uint)Thread.GetCurrentProcessorId();

    /// <summary>Gives the calling thread a slot, if it has none.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static uint Assign()
    {
        if (t_slotPlusOne == 0)
        {
            uint slot = SlotPool.Take();
            t_holder = new Holder(slot);
            t_slotPlusOne = slot + 1;
            RefreshCore();
        }

        return Current;
    }

    /// <summary>Lives as long as its thread: collected only when the thread is gone, and with it any use of the slot.</summary>
    private sealed class Holder(uint slot)
    {
        ~Holder() => SlotPool.Return(slot);
    }
}
