namespace RateSync.Fast.Stores;

/// <summary>A sum, and when it ends.</summary>
internal sealed class CounterEntry(StoreRules rules) : StoreEntry(rules)
{
    private long _value;
    private long _endsAt = long.MinValue;

    protected override StoreResult Step(StoreOperation operation, long now)
    {
        CounterOperation counter = (CounterOperation)operation;
        if (_endsAt <= now)
        {
            _endsAt = StoreSpan.After(now, counter.TimeToLive);
        }

        _value = (long)Int128.Clamp((Int128)_value + counter.Delta, long.MinValue, long.MaxValue);
        return new CounterResult { StoreTime = now, Value = _value, Remaining = StoreSpan.ToSpan(_endsAt - now) };
    }

    protected override StoreResult Overtaken(StoreOperation operation, long now) =>
        new CounterResult { StoreTime = now, Stale = true, Value = _value, Remaining = Remaining(now) };

    protected override StoreState Describe(long now) => new() { Value = _value, Remaining = Remaining(now) };

    protected override bool IsAsNew(long now) => _endsAt <= now;

    protected override void Advance(long now)
    {
        if (_endsAt <= now)
        {
            _value = 0;
        }
    }

    protected override void End(ClientRecord record, long now)
    {
    }

    private TimeSpan Remaining(long now) => _endsAt <= now ? TimeSpan.Zero : StoreSpan.ToSpan(_endsAt - now);
}
