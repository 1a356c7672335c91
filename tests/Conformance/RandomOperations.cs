namespace RateSync.Fast.Tests.Conformance;

/// <summary>
/// Operations on one key, from a seed: all kinds of limits that change, clients that come and go, repeats and latecomers, a clock that
/// stumbles.
/// </summary>
internal sealed class RandomOperations(StoreKeyspace keyspace, int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<StoreOperation> _sent = [];
    private readonly List<long> _fences = [];
    private StoreLimit? _limit;
    private long _version;
    private long _sequence;
    private long _now = 1_000_000_000;

    /// <summary>A definition that comes after all random ones.</summary>
    public static StoreLimit Newest { get; } = new TokenBucketLimit(1, 3) { Version = 1000 };

    public static StoredKey StateAfter(StoreKeyspace keyspace, int seed, int steps)
    {
        RandomOperations operations = new(keyspace, seed);
        StoredKey state = StoredKey.Decode(keyspace, [], TimeSpan.FromSeconds(60));
        for (int step = 0; step < steps; step++)
        {
            (StoreOperation operation, long now) = operations.Next();
            operations.Heard(state.Apply(operation, now));
        }

        return state;
    }

    /// <summary>Slots that were given are named again.</summary>
    public void Heard(StoreResult result)
    {
        if (result is SlotResult { Granted: > 0 } slots)
        {
            _fences.AddRange(Enumerable.Range(0, slots.Granted).Select(offset => slots.FirstFence + offset));
        }
    }

    public (StoreOperation Operation, long Now) Next()
    {
        _now += _random.Next(12) switch
        {
            0 => 70_000_000_000,
            1 => -Math.Min(_now, 1_000_000),
            2 => 0,
            3 => 2_000_000_000,
            _ => _random.NextInt64(300_000_000),
        };
        if (_sent.Count > 0 && _random.Next(6) == 0)
        {
            return (_sent[_random.Next(Math.Max(0, _sent.Count - 5), _sent.Count)], _now);
        }

        StoreOperation operation = Make();
        _sent.Add(operation);
        return (operation, _now);
    }

    private StoreOperation Make()
    {
        string client = "client" + _random.Next(4);
        TimeSpan life = TimeSpan.FromMilliseconds(_random.Next(1, 4000));
        TimeSpan margin = TimeSpan.FromMilliseconds(_random.Next(500));
        _sequence++;
        if (_random.Next(10) == 0)
        {
            return new ReadOperation(keyspace) { Key = "n" };
        }

        switch (keyspace)
        {
            case StoreKeyspace.Lease:
                if (_limit is null || _random.Next(15) == 0)
                {
                    _limit = Limit();
                }

                bool leased = _random.Next(3) > 0;
                long want = _random.NextInt64(12);
                return new LeaseOperation
                {
                    Key = "n",
                    Client = client,
                    Sequence = _sequence,
                    Limit = _limit,
                    Held = leased ? _random.NextInt64(6) : 0,
                    Return = _random.NextInt64(4),
                    Want = want,
                    AtLeast = _random.NextInt64(1, Math.Max(2, want)),
                    Fair = _random.Next(2) == 0,
                    TimeToLive = leased ? life : TimeSpan.Zero,
                    Margin = margin,
                    Floor = _random.Next(20) == 0 ? new StoreFloor(_random.Next(9), _now + _random.NextInt64(1_000_000_000)) : default,
                };
            case StoreKeyspace.Slot:
                return new SlotOperation
                {
                    Key = "n",
                    Client = client,
                    Sequence = _sequence,
                    Limit = new ConcurrencyLimit(_random.Next(1, 6)) { Version = _random.Next(10) == 0 ? ++_version : _version },
                    Held = [.. _fences.TakeLast(4).Where(_ => _random.Next(2) == 0)],
                    Want = _random.Next(4),
                    TimeToLive = life,
                    Margin = margin,
                    FenceFloor = _random.Next(20) == 0 ? _random.NextInt64(1_000_000_000) : 0,
                };
            case StoreKeyspace.Cooldown:
                return new CooldownOperation { Key = "n", Client = client, Sequence = _sequence, Duration = life };
            default:
                return new CounterOperation
                {
                    Key = "n",
                    Client = client,
                    Sequence = _sequence,
                    Delta = _random.Next(9) == 0 ? StoreOperation.MaxNumber : _random.Next(-9, 10),
                    TimeToLive = life,
                };
        }
    }

    private StoreLimit Limit() => _random.Next(3) switch
    {
        0 => new WindowLimit(_random.Next(1, 20), TimeSpan.FromMilliseconds(1000))
        {
            Version = ++_version,
            SubWindows = _random.Next(3) * 2,
        },
        1 => new WindowLimit(_random.Next(1, 20), TimeSpan.FromMilliseconds(700)) { Version = ++_version, SubWindows = 1 },
        _ => new TokenBucketLimit(Math.Exp(_random.NextDouble() * 12 - 2), _random.Next(1, 20)) { Version = ++_version },
    };
}
