using RateSync.Fast.Tests.Interleaving.Explorer;

namespace RateSync.Fast.Tests.Interleaving.Linearizability;

/// <summary>
/// The calls of one execution, and whether some order of them, in which no call comes before one that had returned before it began, is
/// what a limiter that does one call at a time would have answered (M. Herlihy and J. Wing, "Linearizability", TOPLAS 1990).
/// </summary>
/// <param name="left">Permits to be had at the beginning; the clock stands still.</param>
/// <param name="refusalsMayOverlap">
/// Whether a refusal may also come from permits being in the hands of another call at that time, which is all that a limiter with cells
/// promises.
/// </param>
/// <param name="ordered">
/// Whether calls and returns are told apart by when they were. If not, only sums can be looked at, and far fewer schedules differ.
/// </param>
internal sealed class History(long left, bool refusalsMayOverlap = false, bool ordered = true)
{
    private readonly List<Operation>[] _byThread = [[], [], []];

    /// <summary>Permits granted, refunds not taken off.</summary>
    public long Granted =>
        _byThread.Sum(static list => list.Sum(static operation => operation.Granted ? Math.Max(0, operation.Permits) : 0));

    public long Refunded => _byThread.Sum(static list => list.Sum(static operation => Math.Max(0, -operation.Permits)));

    /// <summary>Records a take by the calling thread.</summary>
    public bool Take(long permits, Func<bool> take, long keep = 0)
    {
        bool granted = false;
        Record(permits, () => granted = take(), keep);
        return granted;
    }

    /// <summary>Records a refund by the calling thread.</summary>
    public void Refund(long permits, Action refund) => Record(-permits, () =>
    {
        refund();
        return true;
    });

    /// <summary>Throws unless the calls can be put in order.</summary>
    public void ShouldBeInOrder()
    {
        if (!ordered)
        {
            return;
        }

        List<Operation> all = [.. _byThread.SelectMany(static list => list)];
        if (!CanBeOrdered(all, left))
        {
            throw new ExplorationException($"No order of these explains the answers:\n{string.Join("\n", all)}");
        }
    }

    private void Record(long permits, Func<bool> call, long keep = 0)
    {
        VirtualThread thread = VirtualThread.Current!;
        if (!ordered)
        {
            _byThread[thread.Index].Add(new Operation(thread.Index, permits, call(), 0, 0, keep));
            return;
        }

        thread.BeginOperation();
        bool granted = call();
        (int start, int end) = thread.EndOperation();
        _byThread[thread.Index].Add(new Operation(thread.Index, permits, granted, start, end, keep));
    }

    private bool CanBeOrdered(List<Operation> rest, long permits)
    {
        if (rest.Count == 0)
        {
            return true;
        }

        foreach (Operation next in rest)
        {
            bool isMinimal = rest.TrueForAll(other => other.Return >= next.Call);
            if (!isMinimal || !Answers(next, permits, out long after))
            {
                continue;
            }

            List<Operation> others = [.. rest];
            others.Remove(next);
            if (CanBeOrdered(others, after))
            {
                return true;
            }
        }

        return false;
    }

    private bool Answers(Operation operation, long permits, out long after)
    {
        bool grants = operation.Permits + operation.Keep <= permits;
        after = operation.Granted ? permits - operation.Permits : permits;
        return grants == operation.Granted || (!operation.Granted && refusalsMayOverlap && OverlapsAny(operation));
    }

    private bool OverlapsAny(Operation operation) =>
        _byThread.Any(list => list.Exists(other => other.Thread != operation.Thread && other.Overlaps(operation)));
}
