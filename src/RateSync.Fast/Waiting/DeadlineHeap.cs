namespace RateSync.Fast.Waiting;

/// <summary>Waiters by the time at which they give up: a binary heap that knows where each of its members is.</summary>
internal sealed class DeadlineHeap
{
    private PermitWaiter?[] _items = new PermitWaiter?[8];

    public int Count { get; private set; }

    public PermitWaiter? First => Count == 0 ? null : _items[0];

    public void Add(PermitWaiter waiter)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        Place(waiter, Count);
        Count++;
        Rise(waiter);
    }

    public void Remove(PermitWaiter waiter)
    {
        int index = waiter.HeapIndex;
        waiter.HeapIndex = -1;
        Count--;
        PermitWaiter last = _items[Count]!;
        _items[Count] = null;
        if (index != Count)
        {
            Place(last, index);
            Rise(last);
            Sink(last);
        }
    }

    private void Rise(PermitWaiter waiter)
    {
        while (waiter.HeapIndex > 0)
        {
            int parent = (waiter.HeapIndex - 1) / 2;
            if (_items[parent]!.Deadline <= waiter.Deadline)
            {
                return;
            }

            Swap(waiter.HeapIndex, parent);
        }
    }

    private void Sink(PermitWaiter waiter)
    {
        while (true)
        {
            int child = (waiter.HeapIndex * 2) + 1;
            if (child >= Count)
            {
                return;
            }

            if (child + 1 < Count && _items[child + 1]!.Deadline < _items[child]!.Deadline)
            {
                child++;
            }

            if (waiter.Deadline <= _items[child]!.Deadline)
            {
                return;
            }

            Swap(waiter.HeapIndex, child);
        }
    }

    private void Swap(int a, int b)
    {
        PermitWaiter first = _items[a]!;
        Place(_items[b]!, a);
        Place(first, b);
    }

    private void Place(PermitWaiter waiter, int index)
    {
        _items[index] = waiter;
        waiter.HeapIndex = index;
    }
}
