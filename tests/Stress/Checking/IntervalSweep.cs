using RateSync.Fast.Tests.Stress.Recording;

namespace RateSync.Fast.Tests.Stress.Checking;

/// <summary>
/// Goes through all intervals that begin where a call begins, latest beginning first. After each step the tree holds what lies in the
/// intervals from there on, by where they end.
/// </summary>
/// <remarks>
/// A call that takes counts in an interval only if it lies wholly inside, for else it may have happened outside. A call that gives back
/// counts as soon as it touches the interval, for it may have happened inside. So what is added up is never more than what there really
/// was, and the intervals looked at are enough: any other can be cut to the hull of the taking calls inside without losing one of them.
/// </remarks>
internal ref struct IntervalSweep
{
    private readonly ReadOnlySpan<Call> _calls;
    private readonly int[] _order;
    private readonly int[] _place;
    private int _next;

    public IntervalSweep(ReadOnlySpan<Call> calls)
    {
        _calls = calls;
        _order = new int[calls.Length];
        Keys = new long[calls.Length];
        long[] entries = new long[calls.Length];
        Span<int> byKey = new int[calls.Length];
        for (int i = 0; i < calls.Length; i++)
        {
            Call call = calls[i];
            bool takes = call.Permits >= 0;

            // Doubled, so that of two at the same tick the one that gives back comes first, in both orders.
            entries[i] = (-2 * (takes ? call.Start : call.End)) + (takes ? 1 : 0);
            Keys[i] = (2 * (takes ? call.End : call.Start)) + (takes ? 1 : 0);
            _order[i] = i;
            byKey[i] = i;
            Takes += takes ? 1 : 0;
        }

        Array.Sort(entries, _order);
        Keys.AsSpan().Sort(byKey);
        _place = new int[calls.Length];
        for (int place = 0; place < calls.Length; place++)
        {
            _place[byKey[place]] = place;
            Keys[place] >>= 1;
        }
    }

    /// <summary>Calls that take.</summary>
    public int Takes { get; }

    /// <summary>The tick of each place: where a taking call ends, or a giving one begins.</summary>
    public long[] Keys { get; }

    /// <summary>The call that comes in next, and its place; false at the end.</summary>
    public bool TryNext(out Call call, out int place)
    {
        if (_next == _order.Length)
        {
            call = default;
            place = 0;
            return false;
        }

        int index = _order[_next++];
        call = _calls[index];
        place = _place[index];
        return true;
    }
}
