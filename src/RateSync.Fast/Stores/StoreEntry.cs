namespace RateSync.Fast.Stores;

/// <summary>
/// The state of one key, and what operations do to it: plain arithmetic over a state and a time, for one caller at a time.
/// <see cref="StoredKey"/> is its public face.
/// </summary>
internal abstract class StoreEntry
{
    private long _latest;
    private long _nextEnd = long.MaxValue;

    protected StoreEntry(StoreRules rules) => Rules = rules;

    /// <summary>Taken out of the store: whoever has found it looks again.</summary>
    public bool Removed { get; set; }

    protected StoreRules Rules { get; }

    protected Dictionary<string, ClientRecord> Clients { get; private set; } = new(StringComparer.Ordinal);

    protected int ActiveClients => Clients.Values.Count(static record => record.Active);

    protected long Outstanding => Clients.Values.Sum(static record => record.Amount);

    /// <summary>When the next record ends; the end of time if none does.</summary>
    protected long NextEnd => Clients.Values
        .Where(static record => record.Active).Select(static record => record.EndsAt).DefaultIfEmpty(long.MaxValue).Min();

    public static StoreEntry Create(StoreKeyspace keyspace, StoreRules rules) => keyspace switch
    {
        StoreKeyspace.Lease => new LeaseEntry(rules),
        StoreKeyspace.Slot => new SlotEntry(rules),
        StoreKeyspace.Cooldown => new CooldownEntry(rules),
        _ => new CounterEntry(rules),
    };

    /// <summary>Carries out an operation that is valid and of this entry's kind.</summary>
    public StoreResult Apply(StoreOperation operation, long now)
    {
        now = MoveTo(now);
        ClientRecord? record = operation.Client.Length == 0 ? null : Clients.GetValueOrDefault(operation.Client);
        if (record?.Answer is { } answer && operation.Sequence > 0)
        {
            if (operation.Sequence == record.Sequence && Rules.Defect != StoreDefect.CountsRetryTwice)
            {
                return answer with { Replayed = true };
            }

            if (operation.Sequence < record.Sequence && Rules.Defect != StoreDefect.AppliesOvertaken)
            {
                return Overtaken(operation, now);
            }
        }

        StoreResult result = Step(operation, now);
        if (operation.Sequence > 0)
        {
            record = RecordOf(operation.Client);
            record.Sequence = operation.Sequence;
            record.Answer = result;
            record.RememberUntil = Math.Max(now, (long)Int128.Min((Int128)now + Rules.RetryHorizon, long.MaxValue));
            _nextEnd = Math.Min(_nextEnd, record.RememberUntil);
        }

        return result;
    }

    /// <summary>The state as of a time; the entry itself stays as it is.</summary>
    public StoreState Read(long now)
    {
        StoreEntry copy = Copy();
        now = copy.MoveTo(now);
        return copy.Describe(now) with { StoreTime = now, Exists = copy.Clients.Count > 0 || copy.AsNewAt(now) > now };
    }

    /// <summary>Whether nothing would change if the entry were forgotten.</summary>
    public bool IsIdle(long now) => MoveTo(now) == now && Clients.Count == 0 && AsNewAt(now) <= now;

    /// <summary>A time from which nothing would change if the entry were forgotten, as long as nobody asks.</summary>
    public long IdleAt()
    {
        long last = _latest;
        foreach (ClientRecord record in Clients.Values)
        {
            last = Math.Max(last, Math.Max(record.Active ? record.EndsAt : 0, record.RememberUntil));
        }

        return Math.Max(last, AsNewAt(last));
    }

    /// <summary>All of the state; the same state always comes to the same bytes.</summary>
    public void Write(StateWriter writer)
    {
        writer.Natural(_latest);
        WriteParts(writer);
        writer.Natural(Clients.Count);
        foreach ((string name, ClientRecord record) in Clients.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            writer.Text(name);
            ClientFormat.Write(writer, record, CurrentLimit);
        }
    }

    /// <summary>Takes over the state that was written; this entry is new.</summary>
    /// <exception cref="InvalidDataException">No entry can have written this.</exception>
    public void Read(ref StateReader reader, StoreKeyspace keyspace)
    {
        _latest = reader.Natural(StoreSpan.MaxTime);
        ReadParts(ref reader);
        int clients = reader.Count(ClientFormat.LeastBytes);
        string? before = null;
        for (int index = 0; index < clients; index++)
        {
            string name = reader.Text(StoreOperation.MaxClientBytes);
            StateReader.Check(name.Length > 0 && string.CompareOrdinal(before, name) < 0, "clients without name or order");
            ClientRecord record = ClientFormat.Read(ref reader, keyspace, CurrentLimit);
            _nextEnd = Math.Min(_nextEnd, record.Active ? record.EndsAt : record.RememberUntil);
            Clients.Add(name, record);
            before = name;
        }

        // Together they must not outgrow what sums can hold.
        StateReader.Check(
            Clients.Values.Aggregate((Int128)0, static (sum, record) => sum + record.Amount) <= StoreOperation.MaxNumber, "too much is out");
    }

    /// <summary>An entry of its own with the same state.</summary>
    public StoreEntry Copy()
    {
        StoreEntry copy = (StoreEntry)MemberwiseClone();
        copy.Removed = false;
        copy.Clients = Clients.ToDictionary(static pair => pair.Key, static pair => pair.Value with { }, StringComparer.Ordinal);
        copy.CopyParts();
        return copy;
    }

    /// <summary>What is left after a restart of the store: all of it.</summary>
    public StoreEntry AfterRestart()
    {
        StoreEntry copy = Copy();
        if (Rules.Defect == StoreDefect.ForgetsLeases)
        {
            copy.Clients.Clear();
        }

        return copy;
    }

    protected abstract StoreResult Step(StoreOperation operation, long now);

    protected abstract StoreResult Overtaken(StoreOperation operation, long now);

    protected abstract StoreState Describe(long now);

    /// <summary>When everything but the records is as good as new, if all records end at a time at the latest.</summary>
    protected abstract long AsNewAt(long lastEnd);

    /// <summary>The definition that answers are mostly given under.</summary>
    protected virtual StoreLimit? CurrentLimit => null;

    protected abstract void WriteParts(StateWriter writer);

    protected abstract void ReadParts(ref StateReader reader);

    /// <summary>Brings everything but the records to a time. Records that end then are still there.</summary>
    protected abstract void Advance(long now);

    /// <summary>A record ends: what it holds is gone from now on.</summary>
    protected abstract void End(ClientRecord record, long now);

    protected virtual void CopyParts()
    {
    }

    /// <summary>Time passes, record by record: what ends counts up to its end.</summary>
    protected long MoveTo(long now)
    {
        now = _latest = Math.Max(_latest, Math.Min(now, StoreSpan.MaxTime));
        while (_nextEnd <= now)
        {
            long end = long.MaxValue;
            foreach ((string client, ClientRecord record) in Clients)
            {
                if (record.Active && record.EndsAt <= _nextEnd)
                {
                    Advance(record.EndsAt);
                    End(record, record.EndsAt);
                    record.Active = false;
                }

                if (!record.Active && record.RememberUntil <= _nextEnd)
                {
                    Clients.Remove(client);
                    continue;
                }

                end = Math.Min(end, record.Active ? record.EndsAt : record.RememberUntil);
            }

            _nextEnd = end;
        }

        Advance(now);
        return now;
    }

    protected ClientRecord RecordOf(string client)
    {
        if (!Clients.TryGetValue(client, out ClientRecord? record))
        {
            Clients[client] = record = new ClientRecord();
        }

        return record;
    }

    /// <summary>
    /// The client counts as active, and what it holds as held, until then; no shorter than it did, as it may not hear of this.
    /// </summary>
    protected void Prolong(ClientRecord record, long end)
    {
        record.EndsAt = record.Active ? Math.Max(record.EndsAt, end) : end;
        record.Active = true;
        _nextEnd = Math.Min(_nextEnd, record.EndsAt);
    }
}
