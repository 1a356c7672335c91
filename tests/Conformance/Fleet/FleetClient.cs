namespace RateSync.Fast.Tests.Conformance.Fleet;

/// <summary>A client that keeps to the contract, on a clock that starts anywhere and runs a little too fast or too slow.</summary>
internal sealed class FleetClient(string id, Random random)
{
    private readonly long _offset = random.NextInt64(-1L << 50, 1L << 50);

    /// <summary>In thousandths: up to a fifth either way, as the margin is a quarter of the lifetime.</summary>
    private readonly long _drift = random.Next(-200, 201);

    public string Id => id;

    public long Sequence { get; set; }

    public long Held { get; set; }

    public long[] Slots { get; set; } = [];

    /// <summary>By the client's clock.</summary>
    public long RightEnds { get; set; } = long.MinValue;

    public StoreOperation? Pending { get; set; }

    /// <summary>By the client's clock, just before the first attempt.</summary>
    public long PendingSince { get; set; }

    public StoreFloor Floor { get; set; }

    public StoreLimit? Limit { get; set; }

    public long Local(long now) => _offset + now + (now / 1000 * _drift);

    public bool HasRight(long now) => Local(now) < RightEnds;
}
