namespace RateSync.Fast.Stores;

/// <summary>A time until which nobody wins.</summary>
internal sealed class CooldownEntry(StoreRules rules) : StoreEntry(rules)
{
    private long _until = long.MinValue;

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

    protected override bool IsAsNew(long now) => _until <= now;

    protected override void Advance(long now)
    {
    }

    protected override void End(ClientRecord record, long now)
    {
    }

    private TimeSpan Remaining(long now) => _until <= now ? TimeSpan.Zero : StoreSpan.ToSpan(_until - now);
}
