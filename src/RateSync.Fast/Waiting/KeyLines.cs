using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Time;

namespace RateSync.Fast.Waiting;

/// <summary>
/// The lines of all keys that somebody waits for: one for each such key, none for the others, and one timer for all of them. Made at the
/// first wait.
/// </summary>
/// <remarks>
/// No wake-up is lost. Time: the head of every line has an alarm at the time at which it can be served, set anew whenever that was too
/// early, and by
/// whoever becomes the head. Giving back: who gives back changes the key's word first and looks for a line then (<see cref="WakeUp"/>); who
/// waits makes the line first and tries for permits then (<see cref="Wait"/>). With a full fence between the two on both sides at least
/// one of them sees the other.
/// </remarks>
internal sealed class KeyLines : IDisposable
{
    private readonly ConcurrentDictionary<KeyHash, KeyLine> _lines = new();
    private readonly AlarmClock _alarms;
    private readonly IKeyTaker _taker;
    private readonly Clock _clock;
    private PaddedWord _open;
    private long _waiting;
    private bool _disposed;

    public KeyLines(IKeyTaker taker)
    {
        _taker = taker;
        _clock = taker.Clock;
        _alarms = new AlarmClock(_clock);
    }

    public WaitFigures Figures { get; } = new();

    public string OwnerName => _taker.OwnerName;

    /// <summary>Callers that wait now, for whatever key.</summary>
    public long Waiting => Volatile.Read(ref _waiting);

    /// <summary>Keys that somebody waits for.</summary>
    public int Count => _lines.Count;

    /// <summary>Whether somebody waits for a key, who comes first then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsWaitedFor(in KeyHash key) => Volatile.Read(ref _open.Value) != 0 && Look(key, out _, out _);

    /// <summary>How many wait for a key, and for how many permits.</summary>
    public bool Look(in KeyHash key, out long waiting, out long queuedPermits)
    {
        waiting = queuedPermits = 0;
        if (_lines.TryGetValue(key, out KeyLine? line))
        {
            waiting = line.Count;
            queuedPermits = Volatile.Read(ref line.QueuedPermits);
        }

        return waiting > 0;
    }

    /// <summary>Something was given back to a key: whoever waits for it first may have it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WakeUp(in KeyHash key)
    {
        // ORDER: after the exchange that gave back, which is a full fence. PAIRS: the fence in Wait. ELSE: somebody could wait for what
        // is there.
        if (Volatile.Read(ref _open.Value) != 0 && _lines.TryGetValue(key, out KeyLine? line))
        {
            Serve(line);
        }
    }

    /// <summary>
    /// Takes permits for a key if nobody comes first and they are to be had now; else joins its line, or says why not. Then
    /// <paramref name="waiter"/> is null and <paramref name="answer"/> says what became of it.
    /// </summary>
    public void Wait(
        in KeyHash key, int permits, TimeSpan timeout, CancellationToken cancellationToken, out KeyWaiter? waiter, out Decision answer)
    {
        waiter = null;
        while (!TryWait(key, permits, timeout, cancellationToken, ref waiter, out answer))
        {
        }

        waiter?.WatchCancellation();
    }

    /// <summary>Takes a waiter out of its line, if it is still in it.</summary>
    public void Leave(KeyWaiter waiter, LeaveReason reason)
    {
        KeyLine line = waiter.Line;
        lock (line.Gate)
        {
            if (!waiter.IsInLine)
            {
                return;
            }

            bool wasHead = line.Head == waiter;
            TakeOut(line, waiter);
            try
            {
                waiter.End(reason, reason == LeaveReason.TimedOut
                    ? _taker.Refused(line.Key, waiter.Permits, RefusalReason.TimedOut, line.Count, line.QueuedPermits)
                    : default);
                Figures.Add(reason, 0);
            }
            finally
            {
                // Whoever is the head now may want less.
                if (wasHead)
                {
                    ServeLocked(line);
                }
            }
        }
    }

    /// <summary>
    /// Gives the head of a line what is to be had, and the next, and sets the alarm for the first who must go on waiting.
    /// </summary>
    public void Serve(KeyLine line)
    {
        lock (line.Gate)
        {
            if (!line.Closed)
            {
                ServeLocked(line);
            }
        }
    }

    /// <summary>The limit has been changed: sees to all lines.</summary>
    public void ServeAll()
    {
        foreach (KeyLine line in _lines.Values)
        {
            Serve(line);
        }
    }

    /// <summary>Everybody who waits is told that the limiter was disposed of, and nobody can wait any more.</summary>
    public void Dispose()
    {
        // ORDER: the flag, a full fence, the walk. PAIRS: the fence in Wait, between making a line and looking at the flag. ELSE: a
        // waiter could join a line that has been walked past, and wait for ever.
        Volatile.Write(ref _disposed, true);
        Interlocked.MemoryBarrier();
        foreach (KeyLine line in _lines.Values)
        {
            lock (line.Gate)
            {
                while (line.Head is { } head)
                {
                    TakeOut(line, head);
                    head.End(LeaveReason.Disposed, default);
                }

                CloseIfEmpty(line);
            }
        }

        _alarms.Dispose();
    }

    private bool TryWait(
        in KeyHash key, int permits, TimeSpan timeout, CancellationToken cancellationToken, ref KeyWaiter? waiter, out Decision answer)
    {
        answer = default;
        if (!_lines.TryGetValue(key, out KeyLine? line))
        {
            line = new KeyLine(this, key);
            Interlocked.Increment(ref _open.Value);
            if (!_lines.TryAdd(key, line))
            {
                Interlocked.Decrement(ref _open.Value);
                return false;
            }
        }

        lock (line.Gate)
        {
            if (line.Closed)
            {
                return false;
            }

            // ORDER: full fence between making the line and trying for permits. PAIRS: the exchange of who gives back, before its look in
            // WakeUp;
            // the flag in Dispose. ELSE: it could see no line, and we not what it gave back.
            Interlocked.MemoryBarrier();
            try
            {
                ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), _taker);
                answer = TakeOrJoin(line, permits, timeout, cancellationToken, out waiter);
                return true;
            }
            finally
            {
                CloseIfEmpty(line);
            }
        }
    }

    private Decision TakeOrJoin(KeyLine line, int permits, TimeSpan timeout, CancellationToken cancellationToken, out KeyWaiter? waiter)
    {
        waiter = null;
        long retry = long.MaxValue;
        if (line.Count == 0)
        {
            KeyVerdict verdict = new() { Explain = true };
            if (_taker.TryTake(line.Key, permits, ref verdict, out retry))
            {
                return _taker.Granted(line.Key, verdict, permits, 0);
            }

            if (verdict.Overflowed && verdict.Description.Missing == 0)
            {
                return Refuse(line, permits, RefusalReason.TooManyKeys);
            }
        }

        if (permits > _taker.MostPermits)
        {
            // The limit has been changed to less since the caller looked.
            return Refuse(line, permits, RefusalReason.NotEnoughPermits);
        }

        if (line.Count >= _taker.QueueLimit)
        {
            return Refuse(line, permits, RefusalReason.QueueFull);
        }

        bool forEver = timeout == Timeout.InfiniteTimeSpan;
        if (!forEver && _clock.ToTimeSpan(_taker.LeastWait(line.Key, line.QueuedPermits + Math.Max(1, permits))) > timeout)
        {
            Figures.AddTimeout();
            return Refuse(line, permits, RefusalReason.WaitTooLong);
        }

        waiter = new KeyWaiter(this, line, permits, timeout, _clock.Roughly(), cancellationToken);
        Join(line, waiter, retry, forEver ? null : timeout);
        return default;
    }

    private Decision Refuse(KeyLine line, int permits, RefusalReason reason) =>
        _taker.Refused(line.Key, permits, reason, line.Count, line.QueuedPermits);

    private void Join(KeyLine line, KeyWaiter waiter, long retry, TimeSpan? timeout)
    {
        line.Append(waiter);
        Interlocked.Increment(ref _waiting);
        bool joined = false;
        try
        {
            if (timeout is { } limited)
            {
                _alarms.Set(waiter, _clock.Now() + _clock.ToTicks(limited));
            }

            if (line.Head == waiter)
            {
                SetAlarm(line, retry);
            }

            joined = true;
        }
        finally
        {
            if (!joined)
            {
                // The caller's clock or timer has thrown: its caller will not come for the result.
                TakeOut(line, waiter);
            }
        }
    }

    private void ServeLocked(KeyLine line)
    {
        while (line.Head is { } head)
        {
            if (head.Permits > _taker.MostPermits)
            {
                // The limit has been changed to less than it waits for.
                TakeOut(line, head);
                head.End(LeaveReason.None, Refuse(line, head.Permits, RefusalReason.NotEnoughPermits));
                continue;
            }

            KeyVerdict verdict = new() { Explain = true };
            if (!_taker.TryTake(line.Key, head.Permits, ref verdict, out long retry))
            {
                SetAlarm(line, retry);
                break;
            }

            TakeOut(line, head);
            head.End(LeaveReason.None, _taker.Granted(line.Key, verdict, head.Permits, line.Count));
            Figures.Add(LeaveReason.None, _clock.RoughlyOr(head.Since) - head.Since);
        }

        CloseIfEmpty(line);
    }

    private void SetAlarm(KeyLine line, long retry)
    {
        if (retry == long.MaxValue)
        {
            _alarms.Remove(line);
        }
        else
        {
            long now = _clock.Now();
            _alarms.Set(line, now + Math.Min(retry, (long.MaxValue / 2) - Math.Max(0, now / 2)));
        }
    }

    private void TakeOut(KeyLine line, KeyWaiter waiter)
    {
        line.Remove(waiter);
        Interlocked.Decrement(ref _waiting);
        _alarms.Remove(waiter);
    }

    private void CloseIfEmpty(KeyLine line)
    {
        if (line.Head is null && !line.Closed)
        {
            line.Closed = true;
            _lines.TryRemove(KeyValuePair.Create(line.Key, line));
            Interlocked.Decrement(ref _open.Value);
            _alarms.Remove(line);
        }
    }
}
