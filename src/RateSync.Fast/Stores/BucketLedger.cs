using RateSync.Fast.Algorithms;

namespace RateSync.Fast.Stores;

/// <summary>
/// A token bucket: how many units it is short of full, and as of when. Units as in <see cref="RateScale"/>, ticks of a
/// nanosecond.
/// </summary>
internal sealed class BucketLedger : Ledger
{
    private readonly RateScale _scale;
    private Int128 _debt;
    private long _asOf;

    public BucketLedger(TokenBucketLimit limit, long now)
    {
        _scale = RateScale.Create(limit.RatePerSecond, limit.Burst, StoreSpan.PerSecond);
        _asOf = now;
    }

    public override StoreFloor Floor => new(Epoch, (long)Int128.Min(_asOf + Ticks(_debt), long.MaxValue));

    /// <summary>
    /// Floors of earlier epochs must have passed as well: an entry that has forgotten its epoch would take one for its own.
    /// </summary>
    public override long AsNewAt(long lastEnd, long outstanding) => Math.Max(
        Math.Max(Floor.FullAt, EarlierFullAt), (long)Int128.Min(lastEnd + Ticks((Int128)outstanding * _scale.Cost), long.MaxValue));

    public override void Advance(long now, long outstanding)
    {
        // The clamp is with what was out until now: whatever changes that comes after.
        Int128 clamp = (Int128)outstanding * _scale.Cost;
        Int128 paid = ((Int128)(now - _asOf) * _scale.UnitsPerTick) >> _scale.Shift;
        if (_debt - paid <= clamp)
        {
            _debt = clamp;
            _asOf = now;
        }
        else
        {
            _debt -= paid;

            // The part of a unit that has passed is not lost.
            _asOf = _scale.Shift == 0 ? now : _asOf + (long)(paid << _scale.Shift);
        }
    }

    public override long Available(long outstanding) => (long)Int128.Max(0, (_scale.Capacity - _debt) / _scale.Cost);

    public override void Take(long permits, long now, bool leased) => _debt += (Int128)permits * _scale.Cost;

    public override void Spend(long permits, long now)
    {
    }

    public override void TakeBack(long permits)
    {
        if (permits > 0)
        {
            NextEpoch(Floor.FullAt);
            _debt = Int128.Max(0, _debt - ((Int128)permits * _scale.Cost));
        }
    }

    public override long WaitFor(long permits, long now, long outstanding)
    {
        Int128 goal = _scale.Capacity - ((Int128)permits * _scale.Cost);
        return (Int128)outstanding * _scale.Cost > goal
            ? long.MaxValue
            : (long)Int128.Clamp(_asOf + Ticks(_debt - goal) - now, 0, long.MaxValue);
    }

    public override void Raise(StoreFloor floor)
    {
        if (floor <= Floor)
        {
            return;
        }

        Epoch = floor.Epoch;
        Int128 units = ((((Int128)floor.FullAt - _asOf) * _scale.UnitsPerTick) + (Int128.One << _scale.Shift) - 1) >> _scale.Shift;
        _debt = Int128.Max(_debt, Int128.Min(units, _scale.Capacity));
    }

    public override long Used(long outstanding) => (long)Int128.Min((_debt + _scale.Cost - 1) / _scale.Cost, long.MaxValue);

    public override Ledger Copy() => (Ledger)MemberwiseClone();

    public override Ledger Under(StoreLimit limit, long now, long outstanding)
    {
        if (limit is not TokenBucketLimit bucket)
        {
            return base.Under(limit, now, outstanding);
        }

        BucketLedger next = new(bucket, now);
        next.Follow(this);
        (Int128 permits, Int128 rest) = Int128.DivRem(_debt, _scale.Cost);
        next._debt = Rescaled(permits, rest, _scale.Cost, next._scale.Cost);
        return next;
    }

    public override void Write(StateWriter writer)
    {
        // Units depend on how a scale is chosen, which may be another way in another version of this code.
        (Int128 permits, Int128 rest) = Int128.DivRem(_debt, _scale.Cost);
        writer.Natural(_asOf);
        writer.Natural(permits);
        writer.Natural(rest);
        writer.Natural(_scale.Cost);
        base.Write(writer);
    }

    public override void Read(ref StateReader reader)
    {
        _asOf = reader.Natural(StoreSpan.MaxTime);
        long permits = reader.Natural(StoreOperation.MaxNumber);
        long rest = reader.Natural(RateScale.MaxCapacity);
        long cost = reader.Natural(RateScale.MaxCapacity);
        StateReader.Check(rest < cost, "the rest of a permit is more than one");
        _debt = Rescaled(permits, rest, cost, _scale.Cost);
        base.Read(ref reader);
    }

    /// <summary>
    /// Whole permits and the rest of one apart, so that no product outgrows its type however often this happens. Rounded up.
    /// </summary>
    private static Int128 Rescaled(Int128 permits, Int128 rest, long oldCost, long newCost) =>
        (permits * newCost) + (((rest * newCost) + oldCost - 1) / oldCost);

    /// <summary>Nanoseconds in which so many units are paid, rounded up.</summary>
    private Int128 Ticks(Int128 units) => units <= 0 ? 0 : ((units << _scale.Shift) + _scale.UnitsPerTick - 1) / _scale.UnitsPerTick;
}
