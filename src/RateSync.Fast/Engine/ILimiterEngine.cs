using RateSync.Fast.State;

namespace RateSync.Fast.Engine;

/// <summary>What a <see cref="Limiter"/> hands its calls on to, apart from the hottest one. Arguments are valid.</summary>
internal interface ILimiterEngine : IPermitOwner, IDisposable
{
    /// <summary>The public face.</summary>
    Limiter Owner { get; }

    Limiter? IPermitOwner.Granter => Owner;

    /// <summary>The most permits that can be granted at once.</summary>
    long Limit { get; }

    /// <summary>Whose limit that is.</summary>
    string NarrowestId => Owner.Id;

    /// <summary>Grants beyond the bound that can happen in the worst case.</summary>
    double DeclaredExcess { get; }

    /// <summary>Permits that may be missing right after idling.</summary>
    long DeclaredShortfall { get; }

    /// <summary>Whether a grant holds something that must be given back.</summary>
    bool HasSlots { get; }

    /// <summary>Whether only the permit knows what was taken.</summary>
    bool NeedsPermit => false;

    bool TryTake(int permits);

    /// <summary>Takes back what a <see cref="TryTake(int)"/> has granted just now, as if it had not been.</summary>
    void Undo(int permits);

    /// <summary>Takes back what was granted just now as a permit, as if it had not been.</summary>
    void Undo(in Permit permit);

    /// <summary>Takes permits as a <see cref="Permit"/>.</summary>
    bool TryTake(int permits, out Permit permit);

    /// <summary>
    /// Takes permits if at least <paramref name="keep"/> are left to be had after that: for callers who come after others.
    /// </summary>
    bool TryTake(int permits, long keep, out Permit permit) => throw new NotSupportedException();

    /// <summary>As that, with reasons.</summary>
    Decision Attempt(int permits, long keep) => throw new NotSupportedException();

    /// <summary>
    /// What <see cref="Attempt(int, long)"/> would answer; <see cref="Decision.Remaining"/> is what such a caller could take.
    /// </summary>
    Decision Peek(int permits, long keep) => throw new NotSupportedException();

    /// <summary>
    /// From now on grants nothing to plain calls, which may be under way: each of them was granted before this or is refused. For a rate
    /// that is about to be exported. Nobody waits in its own line, now or later.
    /// </summary>
    void Freeze()
    {
    }

    /// <summary>Takes <see cref="Freeze"/> back: nothing came of what it was for.</summary>
    void Thaw()
    {
    }

    /// <summary>
    /// What counts against the limit now, for another limiter to begin with. Nobody else may be at work, and this one is not used any more,
    /// unless nothing comes of the other. Slots are not spent by time and never carried over: a semaphore is resized instead.
    /// </summary>
    Carryover Export() => default;

    /// <summary>
    /// Stands from now on as if it had granted what another limiter with the same clock has. Before the first use.
    /// </summary>
    /// <returns>
    /// Whether permits that the other one gave out can be given back here, with the <see cref="Permit.Stamp"/> that they have. Otherwise it
    /// cannot be known whether they still count: what comes back must be dropped, or it could be had twice.
    /// </returns>
    bool Inherit(in Carryover spent) => false;

    Decision Attempt(int permits);

    /// <summary>What <see cref="Attempt(int)"/> would answer.</summary>
    Decision Peek(int permits);

    ValueTask<Permit> AcquireAsync(int permits, TimeSpan timeout, CancellationToken cancellationToken);

    ValueTask<Decision> AttemptAsync(int permits, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>How long a caller waits who does not say.</summary>
    TimeSpan DefaultTimeout => Timeout.InfiniteTimeSpan;

    /// <summary>As <see cref="Attempt(int)"/>; priority and tenant mean something to named limiters only.</summary>
    Decision Attempt(in AcquireOptions options) => options.Permits == 0 ? Peek(1) : Attempt(options.Permits);

    Decision Peek(in AcquireOptions options) => Peek(Math.Max(1, options.Permits));

    ValueTask<Permit> AcquireAsync(in AcquireOptions options, CancellationToken cancellationToken) =>
        AcquireAsync(options.Permits, options.Timeout ?? DefaultTimeout, cancellationToken);

    ValueTask<Decision> AttemptAsync(in AcquireOptions options, CancellationToken cancellationToken) =>
        AttemptAsync(options.Permits, options.Timeout ?? DefaultTimeout, cancellationToken);

    /// <summary>For a waiter that was granted.</summary>
    Permit PermitFor(int permits, long stamp);

    Decision GrantedAfterWaiting(in Permit permit);

    Decision TimedOut(int permits);

    /// <summary>Gives slots back that were taken without a <see cref="Permit"/>.</summary>
    void Release(int permits);

    LimiterState GetState();

    LimiterMetrics GetMetrics();
}
