namespace RateSync.Fast.Tests.Conformance.Fleet;

/// <summary>
/// Clients, and a network that loses answers, delays requests and delivers them twice. Everything is drawn from one seed.
/// </summary>
internal abstract class FleetNetwork(StoreHarness harness, int seed)
{
    private readonly List<(long At, FleetClient Client, StoreOperation Operation)> _underWay = [];
    private int _made;

    protected static TimeSpan Lifetime { get; } = TimeSpan.FromSeconds(2);

    protected static TimeSpan Margin { get; } = TimeSpan.FromMilliseconds(500);

    protected StoreHarness Harness => harness;

    protected Random Random { get; } = new(seed);

    protected FleetClient[] Clients { get; } = new FleetClient[4];

    public async Task RunAsync(int steps)
    {
        for (int index = 0; index < Clients.Length; index++)
        {
            Crash(index);
        }

        for (int step = 0; step < steps; step++)
        {
            int index = Random.Next(Clients.Length);
            switch (Random.Next(100))
            {
                case < 35:
                    Use(Clients[index]);
                    break;
                case < 72:
                    await CallAsync(Clients[index]);
                    break;
                case < 76:
                    Crash(index);
                    break;
                case < 79:
                    await harness.RestartAsync();
                    break;
                case < 82:
                    Disturb();
                    break;
                default:
                    await harness.AdvanceAsync(Pause());
                    break;
            }

            foreach ((long At, FleetClient Client, StoreOperation Operation) message in _underWay.ToArray())
            {
                if (message.At <= harness.Now)
                {
                    _underWay.Remove(message);
                    await DeliverAsync(message.Client, message.Operation, answered: Random.Next(2) == 0);
                }
            }

            Check();
        }
    }

    protected abstract StoreOperation Ask(FleetClient client);

    protected abstract void Answer(FleetClient client, StoreResult result);

    protected abstract void Use(FleetClient client);

    protected virtual void Disturb()
    {
    }

    protected virtual void Heard(StoreResult result)
    {
    }

    protected virtual void Check()
    {
    }

    /// <summary>Mostly short; sometimes such that lives are just about to end, or have ended.</summary>
    private TimeSpan Pause() => TimeSpan.FromMilliseconds(Random.Next(16) switch
    {
        0 => Random.Next(6000),
        1 => Random.Next(1800, 2600),
        _ => Random.Next(150),
    });

    private void Crash(int index) => Clients[index] = new FleetClient("client" + _made++, Random);

    private async Task CallAsync(FleetClient client)
    {
        if (client.Pending is not null && Random.Next(3) == 0)
        {
            client.Pending = null;
        }

        if (client.Pending is null)
        {
            client.PendingSince = client.Local(harness.Now);
            client.Sequence++;
            client.Pending = Ask(client);
        }

        StoreOperation operation = client.Pending;
        for (int copies = Random.Next(4) == 0 ? 2 : 1; copies > 0; copies--)
        {
            if (Random.Next(4) == 0)
            {
                _underWay.Add((harness.Now + (Random.Next(3000) * 1_000_000L), client, operation));
            }
            else
            {
                await DeliverAsync(client, operation, answered: Random.Next(5) > 0);
            }
        }
    }

    private async Task DeliverAsync(FleetClient client, StoreOperation operation, bool answered)
    {
        StoreResult[] results = new StoreResult[1];
        await harness.Store.ExecuteAsync(new[] { operation }, results);
        Heard(results[0]);
        if (answered && ReferenceEquals(client.Pending, operation) && Clients.Contains(client))
        {
            client.Pending = null;
            Answer(client, results[0]);
        }
    }
}
