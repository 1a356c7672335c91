namespace RateSync.Fast.Tests.Conformance.Fleet;

/// <summary>Clients that lease permits of one rate, use some, give some back and lose the rest.</summary>
internal sealed class LeaseFleet : FleetNetwork
{
    private readonly bool _changes;
    private StoreLimit _newest;

    public LeaseFleet(StoreHarness harness, int seed, StoreLimit limit, bool changes)
        : base(harness, seed)
    {
        _newest = limit;
        _changes = changes;
        Definitions.Add((long.MinValue, limit));
    }

    /// <summary>When each permit was used, in the store's time.</summary>
    public List<long> Uses { get; } = [];

    /// <summary>Since when the store has decided by which definition.</summary>
    public List<(long Since, StoreLimit Limit)> Definitions { get; } = [];

    protected override StoreOperation Ask(FleetClient client)
    {
        if (!client.HasRight(Harness.Now))
        {
            client.Held = 0;
        }

        client.Limit = Random.Next(3) == 0 ? client.Limit ?? _newest : _newest;
        long giveBack = Random.Next(4) == 0 ? Random.NextInt64(client.Held + 1) : 0;
        client.Held -= giveBack;
        long want = Random.Next(5) == 0 ? 0 : Random.NextInt64(1, _newest.Most + 3);
        return new LeaseOperation
        {
            Key = "api",
            Limit = client.Limit,
            Client = client.Id,
            Sequence = client.Sequence,
            Held = client.Held,
            Return = giveBack,
            Want = want,
            AtLeast = want > 1 && Random.Next(3) == 0 ? Random.NextInt64(1, want) : 1,
            Fair = Random.Next(3) == 0,
            TimeToLive = Lifetime,
            Margin = Margin,
            Floor = client.Floor,
        };
    }

    protected override void Answer(FleetClient client, StoreResult result)
    {
        LeaseResult lease = (LeaseResult)result;
        client.Floor = StoreFloor.Max(client.Floor, lease.Floor);
        if (!lease.Stale)
        {
            client.Held = (client.HasRight(Harness.Now) ? Math.Min(client.Held, lease.Kept) : 0) + lease.Granted;
            client.RightEnds = client.PendingSince + (Lifetime.Ticks * 100);
        }
    }

    protected override void Use(FleetClient client)
    {
        if (client.HasRight(Harness.Now) && client.Held > 0)
        {
            long permits = Random.Next(2) == 0 ? client.Held : Random.NextInt64(1, client.Held + 1);
            client.Held -= permits;
            Uses.AddRange(Enumerable.Repeat(Harness.Now, (int)permits));
        }
    }

    protected override void Disturb()
    {
        if (_changes)
        {
            _newest = new TokenBucketLimit(Random.Next(1, 60) / 3.0, Random.Next(1, 20)) { Version = _newest.Version + 1 };
        }
    }

    protected override void Heard(StoreResult result)
    {
        LeaseResult lease = (LeaseResult)result;
        if (lease.Limit.Version > Definitions[^1].Limit.Version)
        {
            Definitions.Add((lease.StoreTime, lease.Limit));
        }
    }
}
