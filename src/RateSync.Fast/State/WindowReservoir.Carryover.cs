using System.Runtime.InteropServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

internal partial struct WindowReservoir<TAtomics>
{
    public Carryover Export(long now)
    {
        Carryover spent = new() { At = now, Window = _terms, IsAligned = _aligned };
        long start = _start;
        if (start == NotYet)
        {
            return spent;
        }

        long head = Roll(Elapsed(now), out long index);
        List<SpentPermits> bookings = [];
        for (long i = index - _terms.Older; i <= index; i++)
        {
            long count = i == index ? Current(head, i) : BookedIn(i);
            if (count > 0)
            {
                long from = start + _terms.StartOf(i);
                bookings.Add(new SpentPermits(from, Math.Max(from, Math.Min(now, start + _terms.StartOf(i + 1) - 1)), count));
            }
        }

        return spent with { Start = start, Spent = CollectionsMarshal.AsSpan(bookings) };
    }

    public bool Inherit(in Carryover spent)
    {
        if (spent.Window is { } window && window with { Limit = _terms.Limit } == _terms && spent.IsAligned == _aligned)
        {
            // The same sub-windows: each goes on to count for as long as it would have.
            if (spent.Start is { } start)
            {
                _start = start;
                BookByTime(spent, byFrom: true);
            }

            return true;
        }

        if (spent.Spent.Length == 0)
        {
            return false;
        }

        if (_aligned)
        {
            BookByTime(spent, byFrom: false);
        }
        else if (_terms.Older == 0 || _terms.Interpolate)
        {
            // As if all of it had been granted just now: nothing of it may fade before its time.
            _start = spent.Latest;
            BeginIn(0);
            foreach (SpentPermits part in spent.Spent)
            {
                Book(spent.Latest - part.To < _terms.Ticks ? 0 : -1, part);
            }
        }
        else
        {
            // The sub-windows may begin anywhere: so that all that still counts lies in one that is not before the first.
            long oldest = spent.Latest - spent.Spent[0].To;
            long before = Math.Min(_terms.Older, (oldest / _terms.Ticks) + 1);
            _start = spent.Latest - _terms.StartOf(before);
            BookByTime(spent, byFrom: false);
        }

        return false;
    }

    /// <summary>Books what was spent in the sub-windows that it was granted in.</summary>
    private void BookByTime(in Carryover spent, bool byFrom)
    {
        BeginIn(Math.Max(0, _terms.IndexOf(spent.Latest - _start)));
        foreach (SpentPermits part in spent.Spent)
        {
            long elapsed = (byFrom ? part.From : part.To) - _start;
            Book(elapsed < 0 ? -1 : _terms.IndexOf(elapsed), part);
        }
    }

    /// <summary>Empties all sub-windows; the current one is the given one.</summary>
    private void BeginIn(long index)
    {
        Array.Fill(_booked, WindowBooking.Pack(index - (2 * _booked.Length), 0));
        Array.Fill(_refunded, WindowBooking.Pack(index - (2 * _booked.Length), 0));
        _touched = _current = index;
        _head.Value = WindowHead.Pack(index, 0, 0, line: false);
    }

    /// <summary>
    /// Books permits in the current sub-window or one that still counts, before the first use; no more than a sub-window can hold.
    /// </summary>
    private void Book(long index, in SpentPermits part)
    {
        if (index < 0 || index < _current - _terms.Older)
        {
            return;
        }

        if (index >= _current)
        {
            long all = Math.Min(WindowHead.MaxCount, WindowHead.Count(_head.Value) + part.RoundedUp);
            _head.Value = WindowHead.Pack(_current, all, 0, line: false);
            return;
        }

        ref long slot = ref Slot(_booked, index);
        slot = WindowBooking.Pack(index, Math.Min(WindowHead.MaxCount, WindowBooking.CountFor(slot, index) + part.RoundedUp));
    }
}
