namespace RateSync.Fast.Stores;

/// <summary>How much of a rate is used, apart from what is out in leases.</summary>
internal abstract class Ledger
{
    /// <summary>Rises when the ledger is moved back on purpose; see <see cref="StoreFloor"/>.</summary>
    public long Epoch { get; protected set; }

    /// <summary>
    /// The highest time of the floors of earlier epochs: an entry that is forgotten before would take one of them for its own.
    /// </summary>
    protected long EarlierFullAt { get; private set; }

    public abstract StoreFloor Floor { get; }

    public static Ledger Create(StoreLimit limit, long now) =>
        limit is TokenBucketLimit bucket ? new BucketLedger(bucket, now) : new WindowLedger((WindowLimit)limit);

    /// <summary>Time passes while <paramref name="outstanding"/> permits are out.</summary>
    public abstract void Advance(long now, long outstanding);

    public abstract long Available(long outstanding);

    /// <summary>Permits are used at once, or go out in a lease.</summary>
    public abstract void Take(long permits, long now, bool leased);

    /// <summary>Permits of a lease have been used, or may have been.</summary>
    public abstract void Spend(long permits, long now);

    /// <summary>Permits of a lease were not used.</summary>
    public abstract void TakeBack(long permits);

    /// <summary>Nanoseconds until there are so many, if what is out stays out; the end of time if time alone does not help.</summary>
    public abstract long WaitFor(long permits, long now, long outstanding);

    public abstract void Raise(StoreFloor floor);

    /// <summary>Uses that still count, with what is out; rounded up.</summary>
    public abstract long Used(long outstanding);

    /// <summary>When nothing is used any more, if what is out ends at a time at the latest.</summary>
    public abstract long AsNewAt(long lastEnd, long outstanding);

    public virtual void Write(StateWriter writer)
    {
        writer.Natural(Epoch);
        writer.Natural(EarlierFullAt);
    }

    public virtual void Read(ref StateReader reader)
    {
        Epoch = reader.Natural(StoreOperation.MaxNumber);
        EarlierFullAt = reader.Natural(long.MaxValue);
    }

    public abstract Ledger Copy();

    /// <summary>The same uses under another definition.</summary>
    public virtual Ledger Under(StoreLimit limit, long now, long outstanding)
    {
        Ledger next = Create(limit, now);
        next.Follow(this);
        next.Take(Math.Max(0, Used(outstanding) - (limit is WindowLimit ? outstanding : 0)), now, leased: false);
        return next;
    }

    /// <summary>Begins an epoch after one whose floor was at a time.</summary>
    protected void NextEpoch(long fullAt)
    {
        EarlierFullAt = Math.Max(EarlierFullAt, fullAt);
        Epoch = Math.Min(Epoch + 1, StoreOperation.MaxNumber);
    }

    /// <summary>Begins the epoch after the last one of another ledger.</summary>
    protected void Follow(Ledger before)
    {
        (Epoch, EarlierFullAt) = (before.Epoch, before.EarlierFullAt);
        NextEpoch(before.Floor.FullAt);
    }
}
