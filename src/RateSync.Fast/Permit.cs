using RateSync.Fast.Engine;
using RateSync.Fast.State;

namespace RateSync.Fast;

/// <summary>
/// What a limiter has granted. Disposing it returns concurrency slots, once, however often it is copied and disposed;
/// permits of a pure rate limit are spent and need no disposal.
/// </summary>
/// <remarks>Thread-safe. A default value is empty: it holds nothing, and disposing it does nothing.</remarks>
public readonly struct Permit : IDisposable, IAsyncDisposable, IEquatable<Permit>
{
    private readonly IPermitOwner? _owner;
    private readonly TicketRecord? _record;
    private readonly long _stamp;
    private readonly int _permits;

    internal Permit(IPermitOwner owner, int permits, long stamp, TicketRecord? record)
    {
        _owner = owner;
        _permits = permits;
        _stamp = stamp;
        _record = record;
    }

    /// <summary>The limiter that granted it; null for an empty one, and for one that was granted to a key.</summary>
    public Limiter? Limiter => _owner?.Granter;

    /// <summary>How many permits were granted.</summary>
    public int Permits => _permits;

    /// <summary>Where the grant is booked, or the generation of its record.</summary>
    internal long Stamp => _stamp;

    internal TicketRecord? Record => _record;

    internal bool IsEmpty => _owner is null;

    /// <summary>The limiter's engine; null for an empty one, and for one that was granted to a key.</summary>
    internal ILimiterEngine? Engine => _owner as ILimiterEngine;

    /// <summary>
    /// Returns concurrency slots that this permit still holds, to the first waiter if there is one. Nothing for a pure rate
    /// limit. May be called from any thread, any number of times.
    /// </summary>
    public void Dispose()
    {
        if (_record is not null)
        {
            _owner!.Close(this, _permits);
        }
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    /// <summary>Gives <paramref name="permits"/> of what was granted back unused, so that others can have them.</summary>
    /// <param name="permits">From 0 to <see cref="Permits"/>.</param>
    /// <remarks>
    /// <para>For slots it is an early release of so many of them. For a rate it undoes so much of the spending; the limiter's bound then
    /// holds for net grants: what was granted less what was given back. It never makes more available than an unused limiter has.</para>
    /// <para>Permits of a rate do not remember that they were given back: call this once for a grant, or less than <see cref="Permits"/>
    /// in sum. Where slots were granted along with a rate, nothing can be given back to the rate once the permit was disposed of.</para>
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">More than was granted, or negative.</exception>
    public void Refund(int permits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permits, _permits);
        if (permits > 0)
        {
            _owner!.Refund(this, permits);
        }
    }

    /// <summary>
    /// States what the work really took. Less than granted: the rest is given back, as by <see cref="Refund"/>. More: the
    /// difference is taken as well, into debt if need be, which is paid before the next grant.
    /// </summary>
    /// <param name="actualPermits">What was really used, 0 or more.</param>
    /// <remarks>Once for a grant; see <see cref="Refund"/>.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Negative; or more than granted where that cannot be: slots cannot be held without being acquired, and no debt is
    /// larger than the limiter's word.
    /// </exception>
    public void Settle(int actualPermits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(actualPermits);
        if (actualPermits > _permits)
        {
            if (_owner is null)
            {
                throw new InvalidOperationException("An empty permit has nothing to settle.");
            }

            _owner.TakeIntoDebt(this, (long)actualPermits - _permits, nameof(actualPermits));
        }
        else if (actualPermits < _permits)
        {
            Refund(_permits - actualPermits);
        }
    }

    /// <summary>Whether both are the same grant.</summary>
    public bool Equals(Permit other) =>
        ReferenceEquals(_owner, other._owner) && ReferenceEquals(_record, other._record)
        && _stamp == other._stamp && _permits == other._permits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Permit other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_owner, _record, _stamp, _permits);

    /// <summary>Whether both are the same grant.</summary>
    public static bool operator ==(Permit left, Permit right) => left.Equals(right);

    /// <summary>Whether they are different grants.</summary>
    public static bool operator !=(Permit left, Permit right) => !left.Equals(right);
}
