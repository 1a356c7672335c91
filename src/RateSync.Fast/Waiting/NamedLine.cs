namespace RateSync.Fast.Waiting;

/// <summary>
/// A line in which higher priorities come first and, within a priority, either whoever came first or each tenant by its weight.
/// Guarded by its owner's lock, but for <see cref="HasAtLeast"/>.
/// </summary>
/// <remarks>
/// Tenants are served by start-time fair queuing (P. Goyal, H. Vin and H. Cheng, "Start-time Fair Queuing", 1997): whoever has had least
/// for its weight is next. Without fairness everybody is one tenant, which is first come, first served.
/// </remarks>
internal sealed class NamedLine
{
    private const int Lanes = (int)Priority.Critical - (int)Priority.Low + 1;

    // Each made when somebody first waits there.
    private readonly TenantQueues?[] _lanes = new TenantQueues?[Lanes];
    private readonly int[] _counts = new int[Lanes];
    private IReadOnlyDictionary<string, double>? _weights;
    private bool _fair;

    /// <summary>
    /// Whether it is simply first come, first served at present: no fairness, and nobody of another priority than normal.
    /// </summary>
    public bool IsPlain => !_fair && _counts[0] == 0 && _counts[2] == 0 && _counts[3] == 0;

    /// <summary>Who is next; null when nobody waits.</summary>
    public PermitWaiter? Head
    {
        get
        {
            for (int i = Lanes - 1; i >= 0; i--)
            {
                if (_counts[i] > 0)
                {
                    return _lanes[i]!.Head;
                }
            }

            return null;
        }
    }

    /// <summary>Whether somebody of that priority or a higher one waits. On any thread.</summary>
    public bool HasAtLeast(Priority priority)
    {
        for (int i = Index(priority); i < Lanes; i++)
        {
            if (Volatile.Read(ref _counts[i]) > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Sets how those of the same priority take turns. Whoever waits keeps the place that this gives it.</summary>
    public void SetOrder(bool fair, IReadOnlyDictionary<string, double>? weights)
    {
        foreach (TenantQueues? lane in _lanes)
        {
            lane?.SetOrder(fair, weights);
        }

        _fair = fair;
        _weights = weights;
    }

    public void Add(PermitWaiter waiter, Priority priority, string? tenant)
    {
        int lane = Index(priority);
        waiter.Lane = lane;
        (_lanes[lane] ??= MakeLane()).Add(waiter, tenant ?? string.Empty);
        Volatile.Write(ref _counts[lane], _counts[lane] + 1);
    }

    /// <summary>The head is about to be taken out because it was granted: its tenant has had its turn.</summary>
    public void Served(PermitWaiter head) => _lanes[head.Lane]!.Served(head);

    public void Remove(PermitWaiter waiter)
    {
        _lanes[waiter.Lane]!.Remove(waiter);
        Volatile.Write(ref _counts[waiter.Lane], _counts[waiter.Lane] - 1);
    }

    public static Priority PriorityOf(PermitWaiter waiter) => (Priority)(waiter.Lane + (int)Priority.Low);

    private TenantQueues MakeLane()
    {
        TenantQueues lane = new();
        lane.SetOrder(_fair, _weights);
        return lane;
    }

    private static int Index(Priority priority) => Math.Clamp((int)priority - (int)Priority.Low, 0, Lanes - 1);
}
