namespace RateSync.Fast.Stores;

/// <summary>Answers that are remembered, as bytes. What kind an answer is, the keyspace says.</summary>
internal static class ResultFormat
{
    public static void Write(StateWriter writer, StoreResult result, StoreLimit? current)
    {
        writer.Natural(result.StoreTime);
        switch (result)
        {
            case LeaseResult lease:
                writer.Natural(lease.Granted);
                writer.Natural(lease.Kept);
                writer.Natural(lease.Returned);
                writer.Natural(lease.Available);
                writer.Natural(lease.Outstanding);
                writer.Natural(lease.ActiveClients);
                writer.Signed(lease.RetryAfter.Ticks);
                writer.Natural(lease.Floor.Epoch);
                writer.Natural(lease.Floor.FullAt);
                WriteLimit(writer, lease.Limit, current);
                break;
            case SlotResult slots:
                writer.Natural(slots.Granted);
                writer.Natural(slots.FirstFence);
                writer.Natural(slots.Lost.Length);
                foreach (long fence in slots.Lost)
                {
                    writer.Signed(fence);
                }

                writer.Natural(slots.InUse);
                writer.Natural(slots.ActiveClients);
                writer.Signed(slots.RetryAfter.Ticks);
                WriteLimit(writer, slots.Limit, current);
                break;
            case CooldownResult cooldown:
                writer.Flag(cooldown.Started);
                writer.Natural(cooldown.Remaining.Ticks);
                break;
            case CounterResult counter:
                writer.Signed(counter.Value);
                writer.Natural(counter.Remaining.Ticks);
                break;
        }
    }

    public static StoreResult Read(ref StateReader reader, StoreKeyspace keyspace, StoreLimit? current)
    {
        long time = reader.Natural(StoreSpan.MaxTime);
        return keyspace switch
        {
            StoreKeyspace.Lease => new LeaseResult
            {
                StoreTime = time,
                Granted = reader.Natural(StoreOperation.MaxNumber),
                Kept = reader.Natural(StoreOperation.MaxNumber),
                Returned = reader.Natural(StoreOperation.MaxNumber),
                Available = reader.Natural(StoreOperation.MaxNumber),
                Outstanding = reader.Natural(StoreOperation.MaxNumber),
                ActiveClients = reader.Natural(int.MaxValue),
                RetryAfter = new TimeSpan(reader.Signed()),
                Floor = new StoreFloor(reader.Natural(StoreOperation.MaxNumber), reader.Natural(long.MaxValue)),
                Limit = ReadLimit(ref reader, current),
            },
            StoreKeyspace.Slot => ReadSlots(ref reader, time, current),
            StoreKeyspace.Cooldown => new CooldownResult
            {
                StoreTime = time,
                Started = reader.Flag(),
                Remaining = new TimeSpan(reader.Natural(long.MaxValue)),
            },
            _ => new CounterResult
            {
                StoreTime = time,
                Value = reader.Signed(),
                Remaining = new TimeSpan(reader.Natural(long.MaxValue)),
            },
        };
    }

    private static SlotResult ReadSlots(ref StateReader reader, long time, StoreLimit? current)
    {
        int granted = reader.Natural(int.MaxValue);
        long first = reader.Natural(long.MaxValue);
        long[] lost = new long[reader.Count(leastBytesOfEach: 1)];
        for (int index = 0; index < lost.Length; index++)
        {
            lost[index] = reader.Signed();
        }

        int inUse = reader.Natural(int.MaxValue);
        int active = reader.Natural(int.MaxValue);
        TimeSpan retryAfter = new(reader.Signed());
        StoreLimit limit = ReadLimit(ref reader, current);
        StateReader.Check(limit is ConcurrencyLimit, "slots without a number of slots");
        return new SlotResult
        {
            StoreTime = time,
            Granted = granted,
            FirstFence = first,
            Lost = [.. lost],
            InUse = inUse,
            ActiveClients = active,
            RetryAfter = retryAfter,
            Limit = (ConcurrencyLimit)limit,
        };
    }

    /// <summary>Mostly the limit is still the one that holds.</summary>
    private static void WriteLimit(StateWriter writer, StoreLimit limit, StoreLimit? current)
    {
        bool same = limit == current;
        writer.Flag(same);
        if (!same)
        {
            LimitFormat.Write(writer, limit);
        }
    }

    private static StoreLimit ReadLimit(ref StateReader reader, StoreLimit? current)
    {
        StoreLimit? limit = reader.Flag() ? current : LimitFormat.Read(ref reader);
        StateReader.Check(limit is not null, "an answer without a limit");
        return limit!;
    }
}
