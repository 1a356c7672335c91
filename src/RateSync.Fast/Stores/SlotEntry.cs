using System.Collections.Immutable;

namespace RateSync.Fast.Stores;

/// <summary>Slots, and who holds them.</summary>
internal sealed class SlotEntry(StoreRules rules) : StoreEntry(rules)
{
    /// <summary>Numbers follow the time in microseconds, so that they stay below 2^53.</summary>
    private const long FenceStep = 1000;

    private ConcurrencyLimit? _limit;
    private long _lastFence;

    private int InUse => Clients.Values.Sum(static record => record.Slots.Length);

    protected override StoreResult Step(StoreOperation operation, long now)
    {
        SlotOperation slots = (SlotOperation)operation;
        Define(slots.Limit);
        ClientRecord record = RecordOf(slots.Client);
        ImmutableHashSet<long> known = [.. record.Slots];
        ImmutableArray<long> lost = [.. slots.Held.Where(fence => !known.Contains(fence))];
        record.Slots = [.. slots.Held.Where(known.Contains).Distinct()];
        int free = Math.Max(0, _limit!.MaxConcurrent - InUse);
        int granted = Math.Min(slots.Want, free);
        granted = granted < slots.AtLeast ? 0 : granted;
        long first = 0;
        if (granted > 0)
        {
            // The time is among them so that a key that was forgotten does not start again.
            first = Rules.Defect == StoreDefect.FenceStartsAgain ? 1 : Math.Max(Math.Max(_lastFence, slots.FenceFloor), now / FenceStep) + 1;
            _lastFence = first + granted - 1;
            record.Slots = record.Slots.AddRange(Enumerable.Range(0, granted).Select(offset => first + offset));
        }

        long end = StoreSpan.After(now, slots.TimeToLive);
        Prolong(record, Rules.Defect == StoreDefect.ReusesSlotEarly ? end : StoreSpan.After(end, slots.Margin));
        return new SlotResult
        {
            StoreTime = now,
            Granted = granted,
            FirstFence = first,
            Lost = lost,
            InUse = InUse,
            ActiveClients = ActiveClients,
            RetryAfter = granted == 0 && slots.Want > 0 ? RetryAfter(slots.AtLeast, now) : TimeSpan.Zero,
            Limit = _limit,
        };
    }

    protected override StoreResult Overtaken(StoreOperation operation, long now)
    {
        Define(((SlotOperation)operation).Limit);
        return new SlotResult { StoreTime = now, Stale = true, InUse = InUse, ActiveClients = ActiveClients, Limit = _limit! };
    }

    protected override StoreState Describe(long now) => new()
    {
        Limit = _limit,
        Available = Math.Max(0, (_limit?.MaxConcurrent ?? 0) - InUse),
        Outstanding = InUse,
        ActiveClients = ActiveClients,
    };

    /// <summary>Not before the time has reached the last number, as those of a new entry begin there.</summary>
    protected override long AsNewAt(long lastEnd) =>
        _lastFence > StoreSpan.MaxTime / FenceStep ? StoreSpan.MaxTime : Math.Max(lastEnd, _lastFence * FenceStep);

    protected override StoreLimit? CurrentLimit => _limit;

    protected override void WriteParts(StateWriter writer)
    {
        LimitFormat.Write(writer, _limit);
        writer.Natural(_lastFence);
    }

    protected override void ReadParts(ref StateReader reader)
    {
        StoreLimit? limit = LimitFormat.Read(ref reader);
        _limit = limit as ConcurrencyLimit;
        StateReader.Check(limit is null or ConcurrencyLimit, "slots of a limit that has none");
        _lastFence = reader.Natural(StoreOperation.MaxNumber);
    }

    protected override void Advance(long now)
    {
    }

    protected override void End(ClientRecord record, long now) => record.Slots = [];

    private void Define(ConcurrencyLimit limit)
    {
        if (_limit is null || limit.Version > _limit.Version || (Rules.Defect == StoreDefect.ServesOldDefinition && limit != _limit))
        {
            _limit = limit;
        }
    }

    private TimeSpan RetryAfter(int slots, long now)
    {
        int missing = slots - (_limit!.MaxConcurrent - InUse);
        if (slots <= _limit.MaxConcurrent)
        {
            foreach (ClientRecord record in Clients.Values.Where(static record => record.Active).OrderBy(static record => record.EndsAt))
            {
                missing -= record.Slots.Length;
                if (missing <= 0)
                {
                    return StoreSpan.ToSpan(record.EndsAt - now);
                }
            }
        }

        return Timeout.InfiniteTimeSpan;
    }
}
