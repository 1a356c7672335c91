namespace RateSync.Fast.Stores;

/// <summary>A time until which nobody wins.</summary>
internal sealed class CooldownEntry(StoreRules rules) : StoreEntry(rules)
{
    private long _until;

    protected override StoreResult Step(StoreOperation operation, long now)
    {
        bool started = _until <= now;
        if (started)
        {
            _until = StoreSpan.After(now, ((CooldownOperation)operation).Duration);
        }

        return new CooldownResult { StoreTime = now, Started = started, Remaining = Remaining(now) };
    }

    protected override StoreResult Overtaken(StoreOperation operation, long now) =>
        new CooldownResult { StoreTime = now, Stale = true, Remaining = Remaining(now) };

    protected override StoreState Describe(long now) => new() { Remaining = Remaining(now) };

    protected override long AsNewAt(long lastEnd) => _until;

    protected override void WriteParts(StateWriter writer)
    {
        writer.Natural(_until);
    }

    protected override void ReadParts(ref StateReader reader)
    {
        _until = reader.Natural(long.MaxValue);
    }

    protected override void Advance(long now)
    {
    }

    protected override void End(ClientRecord record, long now)
    {
    }

    private TimeSpan Remaining(long now) => _until <= now ? TimeSpan.Zero : StoreSpan.ToSpan(_until - now);
}
