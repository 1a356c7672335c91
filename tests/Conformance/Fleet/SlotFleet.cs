namespace RateSync.Fast.Tests.Conformance.Fleet;

/// <summary>Clients that hold slots, renew them, give them up or die with them.</summary>
internal sealed class SlotFleet(StoreHarness harness, int seed, int slots) : FleetNetwork(harness, seed)
{
    private readonly HashSet<(string Client, long Fence)> _given = [];

    public int MostAtOnce { get; private set; }

    public bool FenceTwice { get; private set; }

    protected override StoreOperation Ask(FleetClient client)
    {
        if (!client.HasRight(Harness.Now))
        {
            client.Slots = [];
        }

        return new SlotOperation
        {
            Key = "pool",
            Limit = new ConcurrencyLimit(slots),
            Client = client.Id,
            Sequence = client.Sequence,
            Held = [.. client.Slots],
            Want = Random.Next(slots + 1),
            TimeToLive = Lifetime,
            Margin = Margin,
        };
    }

    protected override void Answer(FleetClient client, StoreResult result)
    {
        SlotResult answer = (SlotResult)result;
        if (answer.Stale)
        {
            return;
        }

        long[] kept = client.HasRight(Harness.Now) ? [.. client.Slots.Except(answer.Lost)] : [];
        long[] taken = [.. Enumerable.Range(0, answer.Granted).Select(offset => answer.FirstFence + offset)];
        FenceTwice |= taken.Any(fence => _given.Any(given => given.Fence == fence) || !_given.Add((client.Id, fence)));
        client.Slots = [.. kept, .. taken];
        client.RightEnds = client.PendingSince + (Lifetime.Ticks * 100);
    }

    protected override void Use(FleetClient client)
    {
        // It may stop using slots only while it does not ask: the operation under way has named them.
        if (client.Pending is null && client.Slots.Length > 0)
        {
            client.Slots = client.Slots[1..];
        }
    }

    protected override void Check() => MostAtOnce = Math.Max(
        MostAtOnce, Clients.Where(client => client.HasRight(Harness.Now)).Sum(static client => client.Slots.Length));
}
