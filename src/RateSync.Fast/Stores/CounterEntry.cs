namespace RateSync.Fast.Stores;

/// <summary>A sum, and when it ends.</summary>
internal sealed class CounterEntry(StoreRules rules) : StoreEntry(rules)
{
    private long _value;
    private long _endsAt;

    protected override StoreResult Step(StoreOperation operation, long now)
    {
        CounterOperation counter = (CounterOperation)operation;
        if (_endsAt <= now)
        {
            _endsAt = StoreSpan.After(now, counter.TimeToLive);
        }

        _value = Math.Clamp(_value + counter.Delta, -StoreOperation.MaxNumber, StoreOperation.MaxNumber);
        return new CounterResult { StoreTime = now, Value = _value, Remaining = StoreSpan.ToSpan(_endsAt - now) };
    }

    protected override StoreResult Overtaken(StoreOperation operation, long now) =>
        new CounterResult { StoreTime = now, Stale = true, Value = _value, Remaining = Remaining(now) };

    protected override StoreState Describe(long now) => new() { Value = _value, Remaining = Remaining(now) };

    protected override long AsNewAt(long lastEnd) => _endsAt;

    protected override void WriteParts(StateWriter writer)
    {
        writer.Natural(_endsAt);
        writer.Signed(_value);
    }

    protected override void ReadParts(ref StateReader reader)
    {
        _endsAt = reader.Natural(long.MaxValue);
        _value = reader.Signed();
        StateReader.Check(Int128.Abs(_value) <= StoreOperation.MaxNumber, "a counter that is out of range");
    }

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
