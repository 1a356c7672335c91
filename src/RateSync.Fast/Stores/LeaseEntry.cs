namespace RateSync.Fast.Stores;

/// <summary>A rate that is shared in leases.</summary>
internal sealed class LeaseEntry(StoreRules rules) : StoreEntry(rules)
{
    private StoreLimit? _limit;
    private Ledger? _ledger;

    /// <summary>What leases count for.</summary>
    private long Charged =>
        Rules.Defect == StoreDefect.ChargesNothing || (Rules.Defect == StoreDefect.WindowForgetsLease && _limit is WindowLimit)
            ? 0
            : Outstanding;

    protected override StoreResult Step(StoreOperation operation, long now)
    {
        LeaseOperation lease = (LeaseOperation)operation;
        Ledger ledger = Define(lease.Limit, now);
        if (Rules.Defect != StoreDefect.IgnoresFloor)
        {
            ledger.Raise(lease.Floor);
        }

        // What was out has been charged up to now: only here does it become less.
        ClientRecord? record = lease.Client.Length == 0 ? null : RecordOf(lease.Client);
        (long kept, long returned) = record is null ? default : Settle(ledger, record, lease, now);
        if (Rules.Defect == StoreDefect.ChargesWhatIsOutNow)
        {
            ledger.Advance(now, Outstanding);
        }

        if (record is not null)
        {
            Prolong(record, StoreSpan.After(StoreSpan.After(now, lease.TimeToLive), lease.Margin));
        }

        long granted = Grant(ledger, lease, kept);
        bool leased = lease.TimeToLive > TimeSpan.Zero;
        ledger.Take(granted, now, leased && (Rules.Defect != StoreDefect.WindowForgetsLease || _limit is not WindowLimit));
        if (leased)
        {
            record!.Amount += granted;
        }

        return new LeaseResult
        {
            StoreTime = now,
            Granted = granted,
            Kept = kept,
            Returned = returned,
            Available = ledger.Available(Charged),
            Outstanding = Outstanding,
            ActiveClients = ActiveClients,
            RetryAfter = granted == 0 && lease.Want > 0 ? RetryAfter(lease.AtLeast, now) : TimeSpan.Zero,
            Floor = ledger.Floor,
            Limit = _limit!,
        };
    }

    protected override StoreResult Overtaken(StoreOperation operation, long now)
    {
        Ledger ledger = Define(((LeaseOperation)operation).Limit, now);
        return new LeaseResult
        {
            StoreTime = now,
            Stale = true,
            Available = ledger.Available(Charged),
            Outstanding = Outstanding,
            ActiveClients = ActiveClients,
            Floor = ledger.Floor,
            Limit = _limit!,
        };
    }

    protected override StoreState Describe(long now) => new()
    {
        Limit = _limit,
        Available = _ledger?.Available(Charged) ?? 0,
        Outstanding = Outstanding,
        ActiveClients = ActiveClients,
    };

    protected override long AsNewAt(long lastEnd) => _ledger?.AsNewAt(lastEnd, Outstanding) ?? 0;

    protected override StoreLimit? CurrentLimit => _limit;

    protected override void WriteParts(StateWriter writer)
    {
        LimitFormat.Write(writer, _limit);
        _ledger?.Write(writer);
    }

    protected override void ReadParts(ref StateReader reader)
    {
        _limit = LimitFormat.Read(ref reader);
        StateReader.Check(_limit is not ConcurrencyLimit, "leases of a limit that has slots");
        if (_limit is not null)
        {
            _ledger = Ledger.Create(_limit, 0);
            _ledger.Read(ref reader);
        }
    }

    protected override void Advance(long now) =>
        _ledger?.Advance(now, Rules.Defect == StoreDefect.ChargesWhatIsOutNow ? 0 : Charged);

    protected override void End(ClientRecord record, long now)
    {
        SpendLease(_ledger!, record.Amount, now);
        record.Amount = 0;
    }

    protected override void CopyParts() => _ledger = _ledger?.Copy();

    private Ledger Define(StoreLimit limit, long now)
    {
        if (_ledger is null || _limit is null)
        {
            _limit = limit;
            return _ledger = Ledger.Create(limit, now);
        }

        if (limit.Version > _limit.Version || (Rules.Defect == StoreDefect.ServesOldDefinition && limit != _limit))
        {
            _limit = limit;
            _ledger = Rules.Defect == StoreDefect.RaisedLimitIsFree ? Ledger.Create(limit, now) : _ledger.Under(limit, now, Outstanding);
            Advance(now);
        }

        return _ledger;
    }

    private (long Kept, long Returned) Settle(Ledger ledger, ClientRecord record, LeaseOperation lease, long now)
    {
        long known = record.Amount;
        long kept = Rules.Defect == StoreDefect.RevivesEnded ? lease.Held : Math.Min(lease.Held, known);
        long returned = Rules.Defect == StoreDefect.TakesBackAnything ? lease.Return : Math.Min(lease.Return, known - kept);
        SpendLease(ledger, known - kept - returned, now);
        ledger.TakeBack(returned);
        record.Amount = kept;
        return (kept, returned);
    }

    private void SpendLease(Ledger ledger, long permits, long now)
    {
        if (Rules.Defect != StoreDefect.WindowForgetsLease)
        {
            ledger.Spend(permits, now);
        }
    }

    private long Grant(Ledger ledger, LeaseOperation lease, long kept)
    {
        long granted = Math.Min(lease.Want, ledger.Available(Charged));
        if (lease.Fair)
        {
            long share = (_limit!.Most / Math.Max(1, ActiveClients)) - kept;
            granted = Math.Min(granted, Math.Max(share, lease.AtLeast));
        }

        return granted < lease.AtLeast ? 0 : granted;
    }

    /// <summary>Plays the future in which nobody does anything, from the end of one record to the end of the next.</summary>
    private TimeSpan RetryAfter(long permits, long now)
    {
        if (permits > _limit!.Most)
        {
            return Timeout.InfiniteTimeSpan;
        }

        LeaseEntry future = (LeaseEntry)Copy();
        long time = now;
        while (true)
        {
            long wait = future._ledger!.WaitFor(permits, time, future.Charged);
            long end = future.NextEnd;
            if (wait <= end - time || end == long.MaxValue)
            {
                return StoreSpan.ToSpan((time - now) + Math.Min(wait, long.MaxValue - (time - now)));
            }

            time = future.MoveTo(end);
        }
    }
}
