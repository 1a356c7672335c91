namespace RateSync.Fast.Waiting;

/// <summary>Those of one priority who wait, by tenant. See <see cref="NamedLine"/>.</summary>
internal sealed class TenantQueues
{
    // Tenants who have had more than their share lately are remembered until the others have caught up; then they are as good as unknown.
    private readonly Dictionary<string, TenantQueue> _tenants = new(StringComparer.Ordinal);
    private readonly PriorityQueue<TenantQueue, (double Tag, long Order)> _next = new();
    private readonly List<TenantQueue> _caughtUp = [];
    private IReadOnlyDictionary<string, double>? _weights;
    private bool _fair;
    private double _time;
    private long _order;
    private long _arrival;
    private int _forgetAt = 64;

    /// <summary>Who is next; null when nobody waits.</summary>
    public PermitWaiter? Head
    {
        get
        {
            while (_next.TryPeek(out TenantQueue? tenant, out _))
            {
                if (tenant.First is { } first)
                {
                    return first;
                }

                // All of them have left without being served.
                _next.Dequeue();
                tenant.IsQueued = false;
            }

            return null;
        }
    }

    public void SetOrder(bool fair, IReadOnlyDictionary<string, double>? weights)
    {
        _weights = weights;
        if (fair == _fair)
        {
            foreach (TenantQueue tenant in _tenants.Values)
            {
                tenant.Weight = WeightOf(tenant.Tenant);
            }

            return;
        }

        PermitWaiter[] waiters = [.. All().OrderBy(static waiter => waiter.Arrival)];
        foreach (PermitWaiter waiter in waiters)
        {
            waiter.Queue!.Remove(waiter);
        }

        _fair = fair;
        _tenants.Clear();
        _next.Clear();
        _time = 0;
        foreach (PermitWaiter waiter in waiters)
        {
            Enqueue(waiter);
        }
    }

    public void Add(PermitWaiter waiter, string tenant)
    {
        waiter.Tenant = tenant;
        waiter.Arrival = ++_arrival;
        Enqueue(waiter);
    }

    public void Served(PermitWaiter head)
    {
        TenantQueue tenant = head.Queue!;
        _time = Math.Max(_time, tenant.Tag);
        if (!_fair)
        {
            return;
        }

        // Its next turn begins where this one ends.
        tenant.Tag += Math.Max(1, head.Permits) / tenant.Weight;
        if (_next.TryPeek(out TenantQueue? first, out _) && ReferenceEquals(first, tenant))
        {
            _next.Dequeue();
            tenant.IsQueued = false;
        }

        if (tenant.First!.After is not null)
        {
            Queue(tenant);
        }

        if (_tenants.Count > _forgetAt)
        {
            ForgetThoseCaughtUp();
        }
    }

    public static void Remove(PermitWaiter waiter)
    {
        TenantQueue tenant = waiter.Queue!;
        tenant.Remove(waiter);
        waiter.Tenant = null;
    }

    private void Enqueue(PermitWaiter waiter)
    {
        string name = _fair ? waiter.Tenant! : string.Empty;
        if (!_tenants.TryGetValue(name, out TenantQueue? tenant))
        {
            tenant = new TenantQueue(name, WeightOf(name)) { Tag = _time };
            _tenants.Add(name, tenant);
        }

        if (!tenant.IsQueued)
        {
            // Nobody saves up turns by not asking.
            tenant.Tag = Math.Max(tenant.Tag, _time);
            Queue(tenant);
        }

        tenant.Add(waiter);
    }

    private void Queue(TenantQueue tenant)
    {
        tenant.IsQueued = true;
        _next.Enqueue(tenant, (tenant.Tag, ++_order));
    }

    private void ForgetThoseCaughtUp()
    {
        foreach (TenantQueue tenant in _tenants.Values)
        {
            if (!tenant.IsQueued && tenant.First is null && tenant.Tag <= _time)
            {
                _caughtUp.Add(tenant);
            }
        }

        foreach (TenantQueue tenant in _caughtUp)
        {
            _tenants.Remove(tenant.Tenant);
        }

        _caughtUp.Clear();
        _forgetAt = Math.Max(64, _tenants.Count * 2);
    }

    private double WeightOf(string tenant) => _weights is not null && _weights.TryGetValue(tenant, out double weight) ? weight : 1;

    private IEnumerable<PermitWaiter> All()
    {
        foreach (TenantQueue tenant in _tenants.Values)
        {
            for (PermitWaiter? waiter = tenant.First; waiter is not null; waiter = waiter.After)
            {
                yield return waiter;
            }
        }
    }
}
