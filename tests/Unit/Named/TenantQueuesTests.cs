using RateSync.Fast.Waiting;

namespace RateSync.Fast.Tests.Unit.Named;

public sealed class TenantQueuesTests
{
    private readonly TenantQueues _queues = new();

    public TenantQueuesTests() => _queues.SetOrder(fair: true, null);

    [Fact]
    public void Who_was_served_once_gets_its_next_turn_however_many_newcomers_there_are()
    {
        Add("old");
        Add("old");
        int turn = -1;
        for (int i = 0; i < 1_000 && turn < 0; i++)
        {
            // As many come as are served, each of them for the first time.
            Add($"new {i}");
            Add($"another {i}");
            if (Serve() == "old" && i > 0)
            {
                turn = i;
            }

            if (i > 0)
            {
                _queues.Remove(_queues.Head!);
            }
        }

        Assert.InRange(turn, 1, 20);
    }

    [Fact]
    public void Tenants_who_give_up_without_being_served_are_forgotten()
    {
        Add("first");
        for (int i = 0; i < 10_000; i++)
        {
            _queues.Remove(Add($"tenant {i}"));
            Assert.InRange(_queues.Known, 1, 200);
        }

        Assert.Equal("first", Serve());
    }

    [Fact]
    public void Tenants_who_come_once_are_forgotten()
    {
        for (int i = 0; i < 10_000; i++)
        {
            Add($"tenant {i}");
            if (i > 3)
            {
                Serve();
            }

            Assert.InRange(_queues.Known, 1, 200);
        }
    }

    [Fact]
    public void Who_comes_and_goes_gains_nothing()
    {
        int[] served = new int[2];
        Add("steady");
        Add("steady");
        for (int i = 0; i < 1_000; i++)
        {
            PermitWaiter fickle = Add("fickle");
            _queues.Remove(fickle);
            Add("fickle");
            string tenant = Serve();
            served[tenant == "steady" ? 0 : 1]++;
            if (tenant == "steady")
            {
                Add("steady");
                _queues.Remove(fickle = Find("fickle"));
            }
        }

        Assert.InRange(served[1], 0, served[0] + 2);

        PermitWaiter Find(string tenant) => Assert.Single(_all, waiter => waiter.Tenant == tenant);
    }

    private readonly List<PermitWaiter> _all = [];

    private PermitWaiter Add(string tenant)
    {
        PermitWaiter waiter = new() { Permits = 1 };
        _queues.Add(waiter, tenant);
        _all.Add(waiter);
        return waiter;
    }

    private string Serve()
    {
        PermitWaiter head = _queues.Head!;
        string tenant = head.Tenant!;
        _queues.Served(head);
        _queues.Remove(head);
        _all.Remove(head);
        return tenant;
    }
}
