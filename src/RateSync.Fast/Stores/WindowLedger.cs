namespace RateSync.Fast.Stores;

/// <summary>A window: the uses that still count. What is out in leases counts as used now, for as long as it is out.</summary>
internal sealed class WindowLedger : Ledger
{
    private readonly WindowLimit _limit;
    private readonly long _window;
    private List<(long Until, long Permits)> _uses = [];
    private long _last;
    private long _used;

    public WindowLedger(WindowLimit limit)
    {
        _limit = limit;
        _window = StoreSpan.After(0, limit.Window);
    }

    public override StoreFloor Floor => default;

    public override long AsNewAt(long lastEnd, long outstanding) => Math.Max(
        Math.Max(EarlierFullAt, _uses.Count == 0 ? 0 : _uses[^1].Until), outstanding == 0 ? 0 : CountsUntil(lastEnd));

    public override void Advance(long now, long outstanding)
    {
        int gone = 0;
        while (gone < _uses.Count && _uses[gone].Until <= now)
        {
            _used -= _uses[gone++].Permits;
        }

        _uses.RemoveRange(0, gone);
    }

    public override long Available(long outstanding) => Math.Max(0, _limit.Limit - _used - outstanding);

    public override void Take(long permits, long now, bool leased)
    {
        if (!leased)
        {
            Spend(permits, now);
        }
    }

    public override void Spend(long permits, long now)
    {
        if (permits > 0)
        {
            // A use that comes late never counts for less than one before it, so that the queue is in order.
            _last = Math.Max(_last, CountsUntil(now));
            if (_uses.Count > 0 && _uses[^1].Until == _last)
            {
                _uses[^1] = (_last, _uses[^1].Permits + permits);
            }
            else
            {
                _uses.Add((_last, permits));
            }

            _used += permits;
        }
    }

    public override void TakeBack(long permits)
    {
    }

    public override long WaitFor(long permits, long now, long outstanding)
    {
        long missing = permits - (_limit.Limit - _used - outstanding);
        if (missing <= 0)
        {
            return 0;
        }

        foreach ((long until, long gone) in _uses)
        {
            missing -= gone;
            if (missing <= 0 && permits + outstanding <= _limit.Limit)
            {
                return until - now;
            }
        }

        return long.MaxValue;
    }

    public override void Raise(StoreFloor floor)
    {
    }

    public override long Used(long outstanding) => _used + outstanding;

    public override Ledger Copy()
    {
        WindowLedger copy = (WindowLedger)MemberwiseClone();
        copy._uses = [.. _uses];
        return copy;
    }

    public override Ledger Under(StoreLimit limit, long now, long outstanding)
    {
        if (limit is not WindowLimit window || window.Window != _limit.Window || window.SubWindows != _limit.SubWindows)
        {
            return base.Under(limit, now, outstanding);
        }

        // The same windows with another number of permits: every use ages on.
        WindowLedger next = new(window) { _uses = _uses, _last = _last, _used = _used };
        next.Follow(this);
        return next;
    }

    public override void Write(StateWriter writer)
    {
        long before = 0;
        writer.Natural(_last);
        writer.Natural(_uses.Count);
        foreach ((long until, long permits) in _uses)
        {
            writer.Natural(until - before);
            writer.Natural(permits);
            before = until;
        }

        base.Write(writer);
    }

    public override void Read(ref StateReader reader)
    {
        _last = reader.Natural(long.MaxValue);
        int count = reader.Count(leastBytesOfEach: 2);
        long until = 0;
        for (int index = 0; index < count; index++)
        {
            long step = reader.Natural(_last - until);
            long permits = reader.Natural(StoreOperation.MaxNumber - _used);
            StateReader.Check(permits > 0 && (step > 0 || index == 0), "uses without number or order");
            until += step;
            _uses.Add((until, permits));
            _used += permits;
        }

        base.Read(ref reader);
    }

    private long CountsUntil(long time)
    {
        if (_limit.SubWindows == 0)
        {
            return time + _window;
        }

        long step = _window / _limit.SubWindows;
        long index = Math.DivRem(time, step, out long rest) - (rest < 0 ? 1 : 0);
        return (index + 1 + (_limit.SubWindows == 1 ? 0 : _limit.SubWindows)) * step;
    }
}
