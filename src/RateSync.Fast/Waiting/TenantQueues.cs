namespace RateSync.Fast.Waiting;

/// <summary>Those of one priority who wait, by tenant. See <see cref="NamedLine"/>.</summary>
internal sealed class TenantQueues
{
    // Tenants who have had more than their share lately are remembered until the others have caught up; then they are as good as unknown.
    private readonly Dictionary<string, TenantQueue> _tenants = new(StringComparer.Ordinal);
    private readonly PriorityQueue<TenantQueue, (double Tag, long Order)> _next = new();
    private const int FewTenants = 64;

    private readonly List<TenantQueue> _caughtUp = [];
    private IReadOnlyDictionary<string, double>? _weights;
    private bool _fair;
    private double _time;
    private long _order;
    private long _arrival;
    private int _forgetAt = FewTenants;

    // Weights of the tenants who wait, and how many those are; how many of those in the heap do not.
    private double _load;
    private int _asking;
    private int _gone;

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
                _gone--;
            }

            return null;
        }
    }

    /// <summary>Tenants that take up memory.</summary>
    public int Known => Math.Max(_tenants.Count, _next.Count);

    public void SetOrder(bool fair, IReadOnlyDictionary<string, double>? weights)
    {
        _weights = weights;
        if (fair == _fair)
        {
            foreach (TenantQueue tenant in _tenants.Values)
            {
                double before = tenant.Weight;
                tenant.Weight = WeightOf(tenant.Tenant);
                _load += tenant.First is null ? 0 : tenant.Weight - before;
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
        (_time, _load, _asking, _gone) = (0, 0, 0, 0);
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
        if (!_fair)
        {
            return;
        }

        // Time goes on by what each of those who wait now would have had of this. If it only went by turns that begin, as in the original,
        // it would stand still as long as there are new tenants, all of whom would come before those who were served once.
        TenantQueue tenant = head.Queue!;
        double permits = Math.Max(1, head.Permits);
        _time = Math.Max(_time + (permits / Math.Max(_load, tenant.Weight)), tenant.Tag);

        // Its next turn begins where this one ends.
        tenant.Tag += permits / tenant.Weight;
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

    public void Remove(PermitWaiter waiter)
    {
        TenantQueue tenant = waiter.Queue!;
        tenant.Remove(waiter);
        waiter.Tenant = null;
        if (tenant.First is not null)
        {
            return;
        }

        // No sum of fractions is left over when nobody waits.
        _load = --_asking == 0 ? 0 : _load - tenant.Weight;
        if (tenant.IsQueued && ++_gone > FewTenants && _gone > _next.Count / 2)
        {
            SweepThoseGone();
        }
    }

    private void Enqueue(PermitWaiter waiter)
    {
        string name = _fair ? waiter.Tenant! : string.Empty;
        if (!_tenants.TryGetValue(name, out TenantQueue? tenant))
        {
            tenant = new TenantQueue(name, WeightOf(name)) { Tag = _time };
            _tenants.Add(name, tenant);
        }

        if (tenant.First is null)
        {
            _asking++;
            _load += tenant.Weight;
            _gone -= tenant.IsQueued ? 1 : 0;
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
        _forgetAt = Math.Max(FewTenants, _tenants.Count * 2);
    }

    /// <summary>Takes tenants out of the heap who have left without being served, which nobody may be for a long time.</summary>
    private void SweepThoseGone()
    {
        (TenantQueue Tenant, (double, long) Turn)[] all = [.. _next.UnorderedItems];
        _next.Clear();
        _gone = 0;
        foreach ((TenantQueue tenant, (double, long) turn) in all)
        {
            if (tenant.First is not null)
            {
                _next.Enqueue(tenant, turn);
                continue;
            }

            tenant.IsQueued = false;
            if (tenant.Tag <= _time)
            {
                _tenants.Remove(tenant.Tenant);
            }
        }
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
