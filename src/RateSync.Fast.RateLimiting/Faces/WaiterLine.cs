namespace RateSync.Fast.RateLimiting.Faces;

/// <summary>Those who wait, in the order they came; anybody can be taken out at once. Belongs to the face's lock.</summary>
internal struct WaiterLine
{
    public Waiter? Oldest;
    public Waiter? Newest;

    /// <summary>Permits that all of them want: more than an int holds, if they are many.</summary>
    public long Permits;

    public void Add(Waiter waiter)
    {
        waiter.IsInLine = true;
        waiter.Older = Newest;
        if (Newest is null)
        {
            Volatile.Write(ref Oldest, waiter);
        }
        else
        {
            Newest.Newer = waiter;
        }

        Newest = waiter;
        Volatile.Write(ref Permits, Permits + waiter.Permits);
    }

    public void Remove(Waiter waiter)
    {
        waiter.IsInLine = false;
        if (waiter.Older is null)
        {
            Volatile.Write(ref Oldest, waiter.Newer);
        }
        else
        {
            waiter.Older.Newer = waiter.Newer;
        }

        if (waiter.Newer is null)
        {
            Newest = waiter.Older;
        }
        else
        {
            waiter.Newer.Older = waiter.Older;
        }

        waiter.Older = null;
        waiter.Newer = null;
        Volatile.Write(ref Permits, Permits - waiter.Permits);
    }
}
