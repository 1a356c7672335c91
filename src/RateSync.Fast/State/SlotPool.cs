using System.Numerics;

namespace RateSync.Fast.State;

/// <summary>Free thread slots as a growing bitmap; taken once in a thread's life.</summary>
internal static class SlotPool
{
    // A lock, not a lock-free bitmap: it is entered once when a thread first uses a limiter and once after the thread has died.
    private static readonly Lock s_gate = new();
    // Number 0 is never given out: the first element of an array shares a cache line with the array's length, which all threads read.
    private static ulong[] s_taken = [1, 0, 0, 0];

    public static uint Take()
    {
        lock (s_gate)
        {
            for (int i = 0; i < s_taken.Length; i++)
            {
                if (s_taken[i] != ulong.MaxValue)
                {
                    int bit = BitOperations.TrailingZeroCount(~s_taken[i]);
                    s_taken[i] |= 1UL << bit;
                    return (uint)((i * 64) + bit);
                }
            }

            int first = s_taken.Length;
            Array.Resize(ref s_taken, first * 2);
            s_taken[first] = 1;
            return (uint)(first * 64);
        }
    }

    public static void Return(uint slot)
    {
        lock (s_gate)
        {
            s_taken[slot / 64] &= ~(1UL << (int)(slot % 64));
        }
    }
}
