namespace RateSync.Fast.State;

internal sealed partial class TicketGate<TAtomics>
{
    /// <summary>Free slots now; exact when nobody else is at work.</summary>
    public long CountFree()
    {
        long free = Math.Max(0, TAtomics.LoadAcquire(ref _words.Count));
        foreach (ref FreeShard shard in _shards.AsSpan())
        {
            free += FreeShard.Free(TAtomics.LoadAcquire(ref shard.Word));
        }

        return free;
    }

    /// <summary>
    /// Slots that somebody has now, waiters for several who have not got all of them yet included; more than there are while a lowered
    /// limit has some to take away yet.
    /// </summary>
    public long CountOut()
    {
        while (true)
        {
            long max = Max;
            long debt = TAtomics.LoadAcquire(ref _words.Debt);
            long free = CountFree();
            if (Max == max && TAtomics.LoadAcquire(ref _words.Debt) == debt)
            {
                return Math.Max(0, max + debt - free);
            }
        }
    }

    /// <summary>Whether so many are surely too many to give back. Slots that lie with the cores cannot be counted at one moment.</summary>
    public bool IsTooMany(long permits) => _shards.Length == 0 && permits > CountOut();

    /// <summary>Slots ever given back.</summary>
    public long CountExits()
    {
        long exits = _tally.Sum().Releases;
        foreach (ref FreeShard shard in _shards.AsSpan())
        {
            exits += FreeShard.Exits(TAtomics.LoadAcquire(ref shard.Word));
        }

        return exits;
    }
}
