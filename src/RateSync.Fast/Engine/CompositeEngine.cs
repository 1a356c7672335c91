using Microsoft.Extensions.ObjectPool;
using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Telemetry;
using RateSync.Fast.Time;

namespace RateSync.Fast.Engine;

/// <summary>Several limits as one. It has no state of its own that decides anything: its parts' words do.</summary>
internal sealed partial class CompositeEngine<TDefects> : ILimiterEngine
    where TDefects : struct, IDefects
{
    private readonly ILimiterEngine[] _parts;
    private readonly int[] _order;
    private readonly CompositeLimiterOptions _options;
    private readonly Clock _clock;
    private readonly Tally _tally = new();
    private readonly LastSeen _lastSeen;
    private readonly DefaultObjectPool<CompositeRecord> _records;
    private bool _disposed;

    public CompositeEngine(Limiter owner, Limiter[] parts, CompositeLimiterOptions options, Clock clock)
    {
        Owner = owner;
        _parts = Array.ConvertAll(parts, static part => part.Engine);
        _options = options;
        _clock = clock;
        _lastSeen = new LastSeen(clock.Now());
        HasSlots = Array.Exists(_parts, static part => part.HasSlots);
        Any = options.Strategy == CompositeStrategy.AnyMustPass;
        NeedsPermit = Any || Array.Exists(_parts, static part => part.NeedsPermit);

        // What can be given back without a trace is taken first, what decays with time last; where one part is enough, the first one given.
        _order = [.. Enumerable.Range(0, parts.Length).OrderBy(i => _parts[i].HasSlots || Any ? 0 : 1)];
        _records = new(new RecordPolicy(_parts.Length));
        _turn = new TicketSemaphore(1, new TicketSemaphoreOptions { Id = owner.Id }, clock.Provider);
    }

    public Limiter Owner { get; }

    public bool HasSlots { get; }

    public long Limit => Any ? _parts.Max(static part => part.Limit) : _parts.Min(static part => part.Limit);

    public string NarrowestId => _parts.FirstOrDefault(part => part.Limit == Limit)?.NarrowestId ?? Owner.Id;

    public double DeclaredExcess => _parts.Max(static part => part.DeclaredExcess);

    public long DeclaredShortfall => _parts.Max(static part => part.DeclaredShortfall);

    private bool Any { get; }

    public bool NeedsPermit { get; }

    public bool TryTake(int permits)
    {
        ThrowIfDisposed();
        if (!NeedsPermit)
        {
            return Count(!HasLine && TryTakeAll(permits) < 0, permits);
        }

        bool granted = TryTake(permits, out Permit permit);
        if (granted && permit.Record is CompositeRecord record && ReferenceEquals(permit.Engine, this))
        {
            // Nobody will come back with it: slots are given back one part after the other.
            record.Close(permit.Stamp, permits, out _);
            Recycle(record);
        }

        return granted;
    }

    public bool TryTake(int permits, out Permit permit)
    {
        ThrowIfDisposed();
        permit = default;
        return Count(!HasLine && TryTakeParts(permits, null, out permit) < 0, permits);
    }

    public Decision Attempt(int permits)
    {
        ThrowIfDisposed();
        if (HasLine)
        {
            Count(false, permits);
            return Refusal(permits, -1, RefusalReason.WaitersInLine);
        }

        int refuser = TryTakeParts(permits, null, out Permit permit);
        Count(refuser < 0, permits);
        return refuser < 0 ? Granted(permit) : Refusal(permits, refuser, RefusalReason.None);
    }

    public Decision Peek(int permits)
    {
        ThrowIfDisposed();
        return HasLine ? Refusal(permits, -1, RefusalReason.WaitersInLine) : Describe(permits);
    }

    public Permit PermitFor(int permits, long stamp) => new(this, permits, stamp, null);

    public Decision GrantedAfterWaiting(in Permit permit) => Describe(1) with
    {
        LimiterId = Owner.Id,
        Allowed = true,
        Reason = RefusalReason.None,
        Missing = 0,
        RetryAfter = TimeSpan.Zero,
        Permit = permit,
    };

    /// <summary>
    /// As <see cref="GrantedAfterWaiting"/>; a permit that cannot be described, a part having been disposed of, goes back.
    /// </summary>
    private Decision Granted(in Permit permit)
    {
        try
        {
            return GrantedAfterWaiting(permit);
        }
        catch
        {
            permit.Engine!.Undo(permit);
            throw;
        }
    }

    public Decision TimedOut(int permits) => Refusal(permits, -1, RefusalReason.TimedOut);

    public LimiterState GetState()
    {
        Decision decision = Describe(1);
        bool line = HasLine;
        return new LimiterState
        {
            LimiterId = Owner.Id,
            Allowed = decision.Allowed && !line,
            Limit = decision.Limit,
            Remaining = decision.Remaining,
            RetryAfter = decision.RetryAfter,
            ResetAfter = decision.ResetAfter,
            ResetAt = decision.ResetAfter < TimeSpan.Zero ? null : _clock.Provider.GetUtcNow() + decision.ResetAfter,
            Waiting = Volatile.Read(ref _waiting),
            QueuedPermits = Volatile.Read(ref _queuedPermits),
        };
    }

    public LimiterMetrics GetMetrics()
    {
        SlotTally sum = _tally.Sum();
        return new LimiterMetrics
        {
            LimiterId = Owner.Id,
            TotalAcquisitions = sum.Acquisitions,
            TotalPermits = sum.Permits,
            Refusals = sum.Refusals,
            TotalWaits = _figures.Waits,
            TotalWaitTimeMs = _figures.Ticks * 1000.0 / _clock.Frequency,
            MaxWaitTimeMs = _figures.Longest * 1000.0 / _clock.Frequency,
            Timeouts = _figures.Timeouts,
            Cancellations = _figures.Cancellations,
            LastAcquisitionAt = _clock.ToWallClock(_lastSeen.Read(sum.Acquisitions, _clock.Now(), null)),
            CurrentConcurrent = _parts.Max(static part => part.GetMetrics().CurrentConcurrent),
            Waiting = Volatile.Read(ref _waiting),
        };
    }

    public void Dispose()
    {
        // ORDER: full fence; then whoever waits at the head of the line is sent home. PAIRS: WaitForPartAsync. ELSE: see there.
        Interlocked.Exchange(ref _disposed, true);
        _turn.Dispose();
        Volatile.Read(ref _head).Cancel();
        if (_options.DisposeParts)
        {
            foreach (ILimiterEngine part in _parts)
            {
                part.Owner.Dispose();
            }
        }
    }

    private bool Count(bool granted, int permits)
    {
        if (granted)
        {
            _tally.Acquired(ThreadSlot.Current, permits);
        }
        else
        {
            _tally.Refused(ThreadSlot.Current);
        }

        return granted;
    }

    /// <summary>How the parts stand together: the one that the strategy asks for is described.</summary>
    private Decision Describe(int permits)
    {
        Decision chosen = default;
        TimeSpan retry = TimeSpan.Zero;
        TimeSpan reset = TimeSpan.Zero;
        bool allowed = !Any;
        bool first = true;
        for (int i = 0; i < _parts.Length; i++)
        {
            if (permits > _parts[i].Limit)
            {
                // Only where another part is enough: it could never grant so many.
                continue;
            }

            Decision part = _parts[i].Peek(permits);
            allowed = Any ? allowed || part.Allowed : allowed && part.Allowed;
            retry = first ? part.RetryAfter : Any ? Shorter(retry, part.RetryAfter) : Longer(retry, part.RetryAfter);
            reset = Longer(reset, part.ResetAfter);
            bool better = _options.Strategy switch
            {
                CompositeStrategy.AllMustPass => chosen.Allowed && !part.Allowed,
                CompositeStrategy.AnyMustPass => part.Remaining > chosen.Remaining,
                _ => (chosen.Allowed && !part.Allowed) || (chosen.Allowed == part.Allowed && part.Remaining < chosen.Remaining),
            };
            if (first || better)
            {
                chosen = part;
            }

            first = false;
        }

        return chosen with
        {
            Allowed = allowed,
            LimiterId = allowed ? Owner.Id : chosen.LimiterId,
            Reason = allowed ? RefusalReason.None : chosen.Reason,
            Missing = allowed ? 0 : chosen.Missing,
            RetryAfter = allowed ? TimeSpan.Zero : retry,
            ResetAfter = reset,
        };
    }

    private Decision Refusal(int permits, int refuser, RefusalReason reason)
    {
        Decision now = Describe(permits);
        if (now.Allowed)
        {
            // It has changed since: say which part it was.
            now = now with
            {
                LimiterId = refuser < 0 ? Owner.Id : _parts[refuser].Owner.Id,
                Reason = RefusalReason.NotEnoughPermits,
                Missing = permits,
            };
        }

        return now with
        {
            Allowed = false,
            Reason = reason == RefusalReason.None ? now.Reason : reason,
            Waiting = Math.Max(now.Waiting, Volatile.Read(ref _waiting)),
        };
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) =>
        a == Timeout.InfiniteTimeSpan || b == Timeout.InfiniteTimeSpan ? Timeout.InfiniteTimeSpan : a > b ? a : b;

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) =>
        a == Timeout.InfiniteTimeSpan ? b : b == Timeout.InfiniteTimeSpan ? a : a < b ? a : b;

    private void Recycle(CompositeRecord record)
    {
        Array.Clear(record.Parts);
        _records.Return(record);
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), Owner);

    private sealed class RecordPolicy(int parts) : PooledObjectPolicy<CompositeRecord>
    {
        public override CompositeRecord Create() => new(parts);

        public override bool Return(CompositeRecord obj) => true;
    }
}
