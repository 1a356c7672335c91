using RateSync.Fast.Time;

namespace RateSync.Fast.Waiting;

/// <summary>Many alarms on one timer, which stands still while there are none.</summary>
internal sealed class AlarmClock : IDisposable
{
    private const long NotWanted = long.MaxValue;
    private const long NotKnown = long.MinValue;

    private readonly Clock _clock;
    private readonly ITimer _timer;

    // A lock, not an atomic structure: only calls that wait already come here, for a handful of instructions, and it is the innermost one:
    // nothing is called from inside but the timer.
    private readonly Lock _gate = new();
    private Alarm?[] _heap = new Alarm?[8];
    private int _count;
    private long _timerAt = NotWanted;
    private bool _disposed;

    public AlarmClock(Clock clock)
    {
        _clock = clock;

        // The timer must not keep the execution context of whoever happened to wait first.
        AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        _timer = clock.Provider.CreateTimer(
            static state => ((AlarmClock)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        flow?.Undo();
    }

    /// <summary>From now on the alarm rings once, at a tick, and not when it was to ring before.</summary>
    public void Set(Alarm alarm, long tick)
    {
        lock (_gate)
        {
            Place(alarm, tick);
            SetTimer();
        }
    }

    /// <summary>The alarm need not ring any more; it may be about to.</summary>
    public void Remove(Alarm alarm)
    {
        lock (_gate)
        {
            if (alarm.HeapIndex >= 0)
            {
                TakeOut(alarm);
                SetTimer();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _timer.Dispose();
    }

    private void OnTimer()
    {
        long now = _clock.Now();
        List<Alarm> due = [];
        lock (_gate)
        {
            _timerAt = NotWanted;
            while (_count > 0 && _heap[0]!.At <= now)
            {
                due.Add(_heap[0]!);
                TakeOut(_heap[0]!);
            }

            SetTimer();
        }

        // First those who are due, then those who give up: a permit that is there is not refused.
        due.Sort(static (a, b) => a.Order != b.Order ? a.Order.CompareTo(b.Order) : a.At.CompareTo(b.At));
        int rung = 0;
        try
        {
            for (; rung < due.Count; rung++)
            {
                due[rung].Ring();
            }
        }
        catch
        {
            // The caller's clock has thrown: what was due still is.
            lock (_gate)
            {
                for (; rung < due.Count; rung++)
                {
                    if (due[rung].HeapIndex < 0)
                    {
                        Place(due[rung], due[rung].At);
                    }
                }

                SetTimer();
            }

            throw;
        }
    }

    /// <summary>Sets the timer to the earliest alarm, if it is not so already. Within the lock.</summary>
    private void SetTimer()
    {
        long at = _count == 0 ? NotWanted : _heap[0]!.At;
        if (at == _timerAt || _disposed)
        {
            return;
        }

        bool set = false;
        try
        {
            _timerAt = at;
            _timer.Change(at == NotWanted ? Timeout.InfiniteTimeSpan : _clock.ToTimerDelay(at - _clock.Now()), Timeout.InfiniteTimeSpan);
            set = true;
        }
        finally
        {
            if (!set)
            {
                // The caller's clock or timer has thrown: the next one who wants this must try again.
                _timerAt = NotKnown;
            }
        }
    }

    private void Place(Alarm alarm, long tick)
    {
        if (alarm.HeapIndex >= 0)
        {
            TakeOut(alarm);
        }

        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, _count * 2);
        }

        alarm.At = tick;
        Put(alarm, _count);
        _count++;
        Rise(alarm);
    }

    private void TakeOut(Alarm alarm)
    {
        int index = alarm.HeapIndex;
        alarm.HeapIndex = -1;
        _count--;
        Alarm last = _heap[_count]!;
        _heap[_count] = null;
        if (index != _count)
        {
            Put(last, index);
            Rise(last);
            Sink(last);
        }
    }

    private void Rise(Alarm alarm)
    {
        while (alarm.HeapIndex > 0)
        {
            int parent = (alarm.HeapIndex - 1) / 2;
            if (_heap[parent]!.At <= alarm.At)
            {
                return;
            }

            Swap(alarm.HeapIndex, parent);
        }
    }

    private void Sink(Alarm alarm)
    {
        while (true)
        {
            int child = (alarm.HeapIndex * 2) + 1;
            if (child >= _count)
            {
                return;
            }

            if (child + 1 < _count && _heap[child + 1]!.At < _heap[child]!.At)
            {
                child++;
            }

            if (alarm.At <= _heap[child]!.At)
            {
                return;
            }

            Swap(alarm.HeapIndex, child);
        }
    }

    private void Swap(int a, int b)
    {
        Alarm first = _heap[a]!;
        Put(_heap[b]!, a);
        Put(first, b);
    }

    private void Put(Alarm alarm, int index)
    {
        _heap[index] = alarm;
        alarm.HeapIndex = index;
    }
}
