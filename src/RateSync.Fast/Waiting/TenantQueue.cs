namespace RateSync.Fast.Waiting;

/// <summary>Those of one tenant who wait, first come, first served.</summary>
internal sealed class TenantQueue(string tenant, double weight)
{
    public string Tenant { get; } = tenant;

    public double Weight { get; set; } = weight;

    /// <summary>Virtual time at which the tenant's next turn begins: what it has had, by its weight.</summary>
    public double Tag;

    /// <summary>Whether it is in the heap of those who wait.</summary>
    public bool IsQueued;

    public PermitWaiter? First { get; private set; }

    private PermitWaiter? _last;

    public void Add(PermitWaiter waiter)
    {
        waiter.Before = _last;
        waiter.After = null;
        waiter.Queue = this;
        if (_last is null)
        {
            First = waiter;
        }
        else
        {
            _last.After = waiter;
        }

        _last = waiter;
    }

    public void Remove(PermitWaiter waiter)
    {
        if (waiter.Before is null)
        {
            First = waiter.After;
        }
        else
        {
            waiter.Before.After = waiter.After;
        }

        if (waiter.After is null)
        {
            _last = waiter.Before;
        }
        else
        {
            waiter.After.Before = waiter.Before;
        }

        waiter.Before = null;
        waiter.After = null;
        waiter.Queue = null;
    }
}
