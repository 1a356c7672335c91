namespace RateSync.Fast.RateLimiting.Leases;

/// <summary>Room for one refusal that nobody needs any more.</summary>
internal sealed class SpareLease
{
    private RefusedLease? _spare;

    public RefusedLease Refuse(in Decision decision) => (Interlocked.Exchange(ref _spare, null) ?? new RefusedLease(this)).For(decision);

    public void Return(RefusedLease lease) => Volatile.Write(ref _spare, lease);
}
