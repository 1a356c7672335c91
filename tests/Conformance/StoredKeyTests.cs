using System.Collections.Immutable;

namespace RateSync.Fast.Tests.Conformance;

public class StoredKeyTests
{
    private static readonly TimeSpan s_horizon = TimeSpan.FromSeconds(60);

    public static TheoryData<StoreKeyspace> Keyspaces => [.. Enum.GetValues<StoreKeyspace>()];

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public void A_state_that_was_written_and_read_after_every_step_answers_as_one_that_was_not(StoreKeyspace keyspace)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            RandomOperations operations = new(keyspace, seed);
            StoredKey kept = StoredKey.Decode(keyspace, [], s_horizon);
            StoredKey written = StoredKey.Decode(keyspace, [], s_horizon);
            for (int step = 0; step < 150; step++)
            {
                (StoreOperation operation, long now) = operations.Next();
                AssertSame(kept.Apply(operation, now), written.Apply(operation, now));
                byte[] bytes = written.Encode();
                Assert.Equal(kept.Encode(), bytes);
                written = StoredKey.Decode(keyspace, bytes, s_horizon);
                Assert.Equal(kept.IdleAt, written.IdleAt);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public void A_state_that_is_cut_off_or_followed_by_something_is_refused(StoreKeyspace keyspace)
    {
        byte[] bytes = RandomOperations.StateAfter(keyspace, seed: 5, steps: 40).Encode();
        for (int length = 1; length < bytes.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => StoredKey.Decode(keyspace, bytes.AsSpan(0, length), s_horizon));
        }

        Assert.Throws<InvalidDataException>(() => StoredKey.Decode(keyspace, [.. bytes, 0], s_horizon));
    }

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public void Another_version_or_keyspace_is_refused(StoreKeyspace keyspace)
    {
        byte[] bytes = RandomOperations.StateAfter(keyspace, seed: 6, steps: 10).Encode();
        foreach (StoreKeyspace other in Enum.GetValues<StoreKeyspace>().Where(other => other != keyspace))
        {
            Assert.Throws<InvalidDataException>(() => StoredKey.Decode(other, bytes, s_horizon));
        }

        bytes[0]++;
        InvalidDataException future = Assert.Throws<InvalidDataException>(() => StoredKey.Decode(keyspace, bytes, s_horizon));
        Assert.Contains("their format is 2", future.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public void Bytes_of_an_enemy_are_refused_or_are_a_state_that_keeps_its_limit(StoreKeyspace keyspace)
    {
        Random random = new(17);
        int read = 0;
        for (int round = 0; round < 5_000; round++)
        {
            byte[] bytes = RandomOperations.StateAfter(keyspace, seed: round % 50, steps: 12).Encode();
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(2, bytes.Length)] = random.Next(3) switch
                {
                    0 => (byte)random.Next(256),
                    1 => 0xFF,
                    _ => (byte)random.Next(3),
                };
            }

            StoredKey state;
            try
            {
                state = StoredKey.Decode(keyspace, bytes, s_horizon);
            }
            catch (InvalidDataException)
            {
                continue;
            }

            read++;
            byte[] again = state.Encode();
            Assert.Equal(again, StoredKey.Decode(keyspace, again, s_horizon).Encode());
            RandomOperations operations = new(keyspace, round);
            for (int step = 0; step < 5; step++)
            {
                (StoreOperation operation, long now) = operations.Next();
                AssertWithinLimit(state.Apply(operation, now));
            }

            StoredKey.Decode(keyspace, state.Encode(), s_horizon);
        }

        Assert.InRange(read, 100, 5_000);
    }

    [Fact]
    public void Random_bytes_are_refused()
    {
        Random random = new(3);
        for (int round = 0; round < 5_000; round++)
        {
            byte[] bytes = new byte[random.Next(3, 60)];
            random.NextBytes(bytes);
            bytes[0] = 1;
            bytes[1] = (byte)random.Next(4);
            try
            {
                StoredKey.Decode((StoreKeyspace)bytes[1], bytes, s_horizon);
            }
            catch (InvalidDataException)
            {
                // As it should: any other exception fails the test.
            }
        }
    }

    [Fact]
    public void The_format_is_what_it_was()
    {
        TimeSpan tick = TimeSpan.FromTicks(1);
        TokenBucketLimit ten = new(10, 10) { Version = 2 };
        WindowLimit window = new(10, 50 * tick) { SubWindows = 1 };
        string[] states =
        [
            After(new CounterOperation { Key = "n", Client = "a", Sequence = 3, Delta = -7, TimeToLive = 5 * tick }),
            After(new LeaseOperation { Key = "n", Client = "a", Sequence = 3, Limit = ten, Want = 3, TimeToLive = tick }),
            After(new LeaseOperation { Key = "n", Limit = window, Want = 3 }),
            After(new SlotOperation { Key = "n", Client = "a", Sequence = 3, Limit = new ConcurrencyLimit(4), Want = 2, TimeToLive = tick }),
            After(new CooldownOperation { Key = "n", Duration = tick }),
        ];
        string[] agreed =
        [
            "0103E807DC0B0D0101610200000003E8B79DC2DF01E8070D05",
            "0100E807010200000000000024400AE807030080C2D72F0000010161030300CCCAD72F03E8B79DC2DF01E8070300000703010000E8CD868F0101",
            "0100E80702000A3201882701882703000000",
            "0101E807030004030101610300020203CCCAD72F03E8B79DC2DF01E80702020002010001",
            "0102E807CC0800",
        ];
        Assert.Equal(string.Join('\n', agreed), string.Join('\n', states));

        static string After(StoreOperation operation)
        {
            StoredKey state = StoredKey.Decode(operation.Keyspace, [], s_horizon);
            state.Apply(operation, 1000);
            return Convert.ToHexString(state.Encode());
        }
    }

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public void A_key_that_is_forgotten_at_its_time_answers_as_one_that_is_kept(StoreKeyspace keyspace)
    {
        for (int seed = 0; seed < 100; seed++)
        {
            StoredKey state = RandomOperations.StateAfter(keyspace, seed, steps: 30);
            StoredKey fresh = StoredKey.Decode(keyspace, [], s_horizon);
            StoreOperation operation = keyspace switch
            {
                StoreKeyspace.Lease => new LeaseOperation { Key = "n", Limit = RandomOperations.Newest, Want = 3, AtLeast = 3 },
                StoreKeyspace.Slot => new SlotOperation
                {
                    Key = "n",
                    Limit = new ConcurrencyLimit(2) { Version = 1000 },
                    Client = "z",
                    Sequence = 1,
                    Want = 2,
                    TimeToLive = TimeSpan.FromSeconds(1),
                },
                StoreKeyspace.Cooldown => new CooldownOperation { Key = "n", Duration = TimeSpan.FromSeconds(1) },
                _ => new CounterOperation { Key = "n", Delta = 4, TimeToLive = TimeSpan.FromSeconds(1) },
            };
            long now = state.IdleAt;
            StoreResult answer = state.Apply(operation, now);
            AssertSame(
                answer is LeaseResult lease ? lease with { Floor = lease.Floor with { Epoch = 0 } } : answer, fresh.Apply(operation, now));
        }
    }

    [Fact]
    public void What_is_not_an_operation_of_the_key_is_an_error_of_the_caller()
    {
        StoredKey state = StoredKey.Decode(StoreKeyspace.Counter, [], s_horizon);
        Assert.Throws<ArgumentException>(() => state.Apply(new CooldownOperation { Key = "n", Duration = s_horizon }, 0));
        Assert.ThrowsAny<ArgumentException>(() => state.Apply(new CounterOperation { Key = "n", Delta = 1, TimeToLive = default }, 0));
        Assert.ThrowsAny<ArgumentException>(() => state.Apply(new CounterOperation { Key = "n", Delta = 1, TimeToLive = s_horizon }, -1));
        Assert.ThrowsAny<ArgumentException>(() => StoredKey.Decode((StoreKeyspace)9, [], s_horizon));
    }

    private static void AssertWithinLimit(StoreResult result)
    {
        switch (result)
        {
            case LeaseResult lease:
                // What was answered before can be anything within the types.
                Assert.True(lease.Replayed || (lease.Granted <= lease.Limit.Most && lease.Available <= lease.Limit.Most));
                Assert.All(
                    [lease.Granted, lease.Available, lease.Kept, lease.Returned, lease.Outstanding], static number => Assert.True(number >= 0));
                Assert.True(lease.Replayed || lease.RetryAfter >= Timeout.InfiniteTimeSpan);
                break;
            case SlotResult slots:
                Assert.True(slots.Replayed || slots.Granted <= slots.Limit.MaxConcurrent);
                break;
        }
    }

    private static void AssertSame(StoreResult expected, StoreResult actual)
    {
        if (expected is SlotResult left && actual is SlotResult right)
        {
            Assert.Equal(left.Lost.AsEnumerable(), right.Lost.AsEnumerable());
            ImmutableArray<long> none = [];
            (expected, actual) = (left with { Lost = none }, right with { Lost = none });
        }

        Assert.Equal(expected, actual);
    }
}
