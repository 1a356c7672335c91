using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

internal partial struct WindowReservoir<TAtomics>
{
    private static ref long Slot(long[] slots, long index) =>
        ref slots[(int)(index & (slots.Length - 1))];

    /// <summary>
    /// After very long idling, moves the head to the present turn of the index circle. Announced first: whoever comes in
    /// between finds the head ahead of time and is refused, or granted what is left beside the old count, which is kept.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Touch(long wanted)
    {
        long touched = TAtomics.LoadAcquire(ref _touched);
        long head = TAtomics.LoadAcquire(ref _head.Value);
        if (wanted - touched <= TouchIndexes || TAtomics.CompareExchange(ref _touched, wanted, touched) != touched)
        {
            return;
        }

        MoveHead(head, touched, wanted);
        ForgetOld(_booked, touched, wanted);
        ForgetOld(_refunded, touched, wanted);
    }

    private void MoveHead(long head, long touched, long wanted)
    {
        // What is counted from here on was granted since, by somebody who took the old index for one ahead of time.
        long old = WindowHead.Count(head);
        long index = WindowHead.Index(head, touched);
        while (index < wanted - _terms.Older && WindowHead.Index(head, touched) == index)
        {
            long next = WindowHead.Pack(wanted, WindowHead.Count(head) - old, WindowHead.Armed(head), WindowHead.HasLine(head));
            long seen = TAtomics.CompareExchange(ref _head.Value, next, head);
            if (seen == head)
            {
                return;
            }

            head = seen;
        }
    }

    /// <summary>
    /// Takes out what was written down long ago: it tells its sub-window modulo 2^32 only, and would count again when that comes round.
    /// </summary>
    private static void ForgetOld(long[] slots, long touched, long wanted)
    {
        for (int i = 0; i < slots.Length; i++)
        {
            long booking = TAtomics.LoadAcquire(ref slots[i]);
            long index = touched + (int)((uint)(booking >> 32) - (uint)touched);
            if (index < wanted - (TouchIndexes >> 1))
            {
                // ORDER: full fence. PAIRS: the exchanges in WriteDown and GiveBack. ELSE: what somebody writes down just now could be
                // lost.
                TAtomics.CompareExchange(ref slots[i], WindowBooking.Pack(wanted - (2 * slots.Length), 0), booking);
            }
        }
    }
}
