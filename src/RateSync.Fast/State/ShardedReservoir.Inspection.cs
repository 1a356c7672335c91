using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <content>What a limiter says about itself, and what it takes back.</content>
internal sealed partial class ShardedReservoir<TReservoir, TAtomics>
{
    /// <summary>Who is named when a disposed limiter is used.</summary>
    public object Owner { get; set; }

    public bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    public Tally Tally => _tally;

    /// <summary>
    /// Clock tick of a grant not long ago, or null when there was none; tokens taken from cells are not timed one by one.
    /// </summary>
    public long? LastGrant => Volatile.Read(ref _reservoir.LastGrant) is var last && last == long.MinValue ? null : last;

    /// <summary>What could be had now, tokens in cells included. Takes nothing.</summary>
    /// <param name="permits">Permits asked for.</param>
    /// <param name="line">Whether somebody waits, who comes first.</param>
    public Description Peek(long permits, out bool line)
    {
        long now = Now();
        Outcome view = _reservoir.Look(now);
        line = view.HeldByLine && !_barging;
        return _reservoir.Describe(now, view, permits, view.Armed == 0 ? 0 : TokensOut());
    }

    /// <summary>The state that a refusal was decided on.</summary>
    public Description Explain(in Verdict verdict, long permits) =>
        _reservoir.Describe(verdict.Now, verdict.Outcome, permits, below: 0);

    /// <summary>Takes permits back that were granted but not used.</summary>
    public void Refund(long permits, long stamp)
    {
        long rest = _reservoir.Refund(Now(), permits, stamp, out bool line);
        if (rest != 0)
        {
            line |= RefundFromCells(rest, stamp);
        }

        // ORDER: the refund was a full fence. PAIRS: NoteLongRefusal. ELSE: see there.
        TAtomics.StoreRelease(ref _refusesUntil, 0);
        if (line)
        {
            ServeLine();
        }
    }

    /// <summary>
    /// Gives permits back that cells have granted from chunks that are still out. Only when a chunk is home is it booked what was spent of
    /// it, and only what is booked can be given back.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool RefundFromCells(long permits, long stamp)
    {
        const int Rounds = 3;
        bool line = false;
        for (int round = 0; round < Rounds && permits != 0; round++)
        {
            long before = NowIfItMayThrow();
            Transfer home = default;
            Gather(ref home);
            if (home.Disarmed != 0)
            {
                _reservoir.Transact(NowOr(before), home);
            }

            permits = _reservoir.Refund(Now(), permits, stamp, out bool waits);
            line |= waits;
        }

        return line;
    }

    /// <summary>Takes permits whether they are to be had or not. False when not even a debt can hold them.</summary>
    public bool TakeIntoDebt(long permits)
    {
        Transfer transfer = new() { Take = permits, IntoDebt = true };
        long now = Now();
        if (_reservoir.Look(now).Armed != 0)
        {
            // A debt is paid before the next grant: nothing may be left to take without a look at the reservoir.
            Gather(ref transfer);
            now = NowOr(now);
        }

        return _reservoir.Transact(now, transfer).Granted;
    }

    /// <summary>Counters, cells included.</summary>
    public SlotTally Count()
    {
        SlotTally sum = _tally.Sum();
        long fromCells = 0;
        foreach (ref Lane lane in _lanes.AsSpan())
        {
            fromCells += Math.Min(TAtomics.LoadAcquire(ref lane.Used), lane.High) - lane.Skipped;
        }

        foreach (ref Shard shard in _shards.AsSpan())
        {
            long word = TAtomics.LoadAcquire(ref shard.Word);
            fromCells += Volatile.Read(ref shard.Granted);
            if ((word & ShardState.Charged) != 0 && (word & ShardState.Claimed) == 0)
            {
                fromCells += _reservoir.Chunks.ChunkSize - ShardState.Tokens(word);
            }
        }

        sum.Permits += fromCells;
        sum.Acquisitions += fromCells - sum.Extra;
        return sum;
    }

    /// <summary>Refuses everything from now on, and everybody in line.</summary>
    public void Dispose()
    {
        if (TAtomics.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            BringHome();
        }
        finally
        {
            // Whatever the caller's clock does: nobody stays in line.
            if (_line is not null)
            {
                ServeLine();
            }
        }
    }

    /// <summary>A cell has just been filled: if the limiter was disposed of meanwhile, nothing may stay in it.</summary>
    private void ComeHomeIfDisposed()
    {
        // ORDER: full fence between filling and the look. PAIRS: the exchange in Dispose, after which all cells are emptied.
        // ELSE: a cell could be filled after that and be spent from by a limiter that refuses everything else.
        TAtomics.Fence();
        if (TAtomics.LoadAcquire(ref _disposed) != 0)
        {
            BringHome();
        }
    }

    /// <summary>
    /// From now on refuses plain calls, and empties the cells. Until that is done, which takes moments, this does not return.
    /// </summary>
    public void Freeze()
    {
        // ORDER: full fence on the deciding word; whoever takes from it decides on the same word. PAIRS: every grant. ELSE: a grant could
        // be made on what has been exported already. A line that nobody stands in is never served, so it is never lowered again.
        _reservoir.RaiseLine();
        SpinWait spin = default;
        while (true)
        {
            BringHome();
            if (_reservoir.Look(Now()).Armed == 0)
            {
                return;
            }

            // Some call has a chunk in its hands.
            spin.SpinOnce(sleep1Threshold: 50);
        }
    }

    /// <summary>Grants again after <see cref="Freeze"/>.</summary>
    public void Thaw() => _reservoir.LowerLine();

    /// <summary>Brings home what is in cells, and tells what counts then. Nobody else is at work.</summary>
    public Carryover Export()
    {
        if (_lanes.Length + _shards.Length != 0)
        {
            BringHome();
        }

        return _reservoir.Export(Now()) with { LastGrant = LastGrant };
    }

    /// <summary>Stands from now on as if it had granted what another limiter has. Before the first use.</summary>
    /// <returns>Whether stamps are good here as well.</returns>
    public bool Inherit(in Carryover spent)
    {
        _reservoir.LastGrant = spent.LastGrant ?? long.MinValue;
        return _reservoir.Inherit(spent);
    }

    private void BringHome()
    {
        long now = Now();
        Transfer home = default;
        Gather(ref home);
        _reservoir.Transact(now, home);
    }

    private bool CountGrant(uint slot, long permits, long now)
    {
        _reservoir.LastGrant = now;
        _tally.Acquired(slot, permits);
        return true;
    }

    private bool CountRefusal(uint slot)
    {
        _tally.Refused(slot);
        return false;
    }
}
