using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting.Leases;

namespace RateSync.Fast.RateLimiting.Faces;

/// <summary>
/// What faces ask of a limiter that is found by its name at each call, one key at a time: so that what the file or the options say now is
/// what holds now. Keeps nothing of any key.
/// </summary>
#pragma warning disable CA1001 // The lease has nothing to give back, and is shared by all who are granted something.
internal sealed class NamedLimits
#pragma warning restore CA1001
{
    private static readonly ConditionalWeakTable<LimiterRegistry, ConcurrentDictionary<string, NamedLimits>> s_shared = [];
    private static readonly ConcurrentDictionary<string, NamedLimits> s_sharedOfProcess = new(StringComparer.Ordinal);

    private readonly LimiterRegistry? _registry;
    private readonly NamedGrantedLease _granted;
    private readonly SpareLease _spare = new();

    /// <summary>Only for a limiter that there is: names may come from requests.</summary>
    /// <param name="registry">Where it is found; null for whichever is the process's at the time.</param>
    /// <param name="id">Its name.</param>
    private NamedLimits(LimiterRegistry? registry, string id)
    {
        _registry = registry;
        Id = id;
        _granted = new NamedGrantedLease(this);
        Check();
    }

    public string Id { get; }

    public LimiterRegistry Registry => _registry ?? RateLimit.Registry;

    /// <summary>The same for all faces, as there may be one for each key.</summary>
    public static NamedLimits Of(LimiterRegistry? registry, string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ConcurrentDictionary<string, NamedLimits> shared = registry is null ? s_sharedOfProcess : s_shared.GetValue(registry, static _ =>
            new ConcurrentDictionary<string, NamedLimits>(StringComparer.Ordinal));
        return shared.TryGetValue(id, out NamedLimits? limits)
            ? limits
            : shared.GetOrAdd(id, static (name, owner) => new NamedLimits(owner, name), registry);
    }

    /// <summary>Throws if there is no such limiter, or none that can be had for each key.</summary>
    public NamedLimits Check()
    {
        For("key");
        return this;
    }

    public LimiterClone For(LimiterKey key) => Registry.For(Id, key);

    public RateLimitLease Attempt(in LimiterClone clone, int permits) => Lease(clone, clone.Attempt(permits));

    /// <summary>
    /// Waits in the key's line for as long as the limiter's timeout says. Where it says nothing nobody waits: a request that could wait for
    /// ever is nothing that a server should have by default.
    /// </summary>
    public ValueTask<RateLimitLease> AcquireAsync(
        in LimiterClone clone, int permits, ref FaceEnd end, CancellationToken cancellationToken)
    {
        TimeSpan timeout = Registry.GetConfig(Id).Timeout ?? TimeSpan.Zero;
        return timeout == TimeSpan.Zero
            ? new ValueTask<RateLimitLease>(Attempt(clone, permits))
            : WaitAsync(clone, permits, timeout, end.Token(), cancellationToken);
    }

    public RateLimiterStatistics Statistics(in LimiterClone clone)
    {
        Decision now = clone.Peek();
        KeyedMetrics all = Registry.GetCloneMetrics(Id);
        return new RateLimiterStatistics
        {
            CurrentAvailablePermits = now.Remaining,
            CurrentQueuedCount = now.Waiting,
            TotalSuccessfulLeases = all.TotalAcquisitions,
            TotalFailedLeases = all.Refusals,
        };
    }

    private async ValueTask<RateLimitLease> WaitAsync(
        LimiterClone clone, int permits, TimeSpan timeout, CancellationToken end, CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(end, cancellationToken);
        try
        {
            return Lease(clone, await clone.AttemptAsync(permits, timeout, either.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The face was disposed of, or the registry.
            return EndedLease.Instance;
        }
    }

    private RateLimitLease Lease(in LimiterClone clone, in Decision decision) =>
        !decision.Allowed ? _spare.Refuse(decision)
        : decision.Permit.Permits > 0 ? new CloneSlotLease(clone, decision.Permit, decision.Limit)
        : _granted;
}
