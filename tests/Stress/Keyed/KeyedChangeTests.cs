using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Stress.Running;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Stress.Keyed;

/// <summary>While the limit of a table of keys is changed again and again, no key gains a permit by it, and none loses one.</summary>
public sealed class KeyedChangeTests
{
    private const int Most = 60;

    public enum Counted
    {
        Buckets,
        FixedWindows,
        SlidingWindows,
        InTurn,
    }

    [Theory]
    [InlineData(Counted.Buckets, 2, 50)]
    [InlineData(Counted.Buckets, 8, 3_000)]
    [InlineData(Counted.FixedWindows, 4, 500)]
    [InlineData(Counted.SlidingWindows, 4, 500)]
    [InlineData(Counted.InTurn, 4, 500)]
    public void No_key_is_granted_more_or_less_than_the_largest_limit_allows(Counted counted, int threads, int keys)
    {
        KeyHasher hasher = KeyHasher.FromSeed(5);
        ChangeableKeys<InterlockedAtomics> table = new(LimitOf(counted, 0, 20), new Clock(null));
        int[] granted = new int[keys];
        int changes = 0;
        long end = Environment.TickCount64 + 700;
        Team.Run(threads, number =>
        {
            Random random = new(number);
            while (Environment.TickCount64 < end)
            {
                if (number == 0)
                {
                    table.Change(LimitOf(counted, ++changes, random.Next(1, Most)));
                    continue;
                }

                for (int i = 0; i < 100; i++)
                {
                    long key = random.Next(keys);
                    KeyVerdict verdict = default;
                    switch (random.Next(8))
                    {
                        case 0:
                            table.Peek(hasher.Hash(key), 1);
                            break;
                        case 1 when counted is not Counted.InTurn && table.TryTake(hasher.Hash(key), 1, ref verdict):
                            table.Refund(hasher.Hash(key), 1);
                            break;
                        default:
                            if (table.TryTake(hasher.Hash(key), 1, ref verdict))
                            {
                                Interlocked.Increment(ref granted[key]);
                            }

                            break;
                    }
                }
            }
        });
        Assert.InRange(changes, 3, int.MaxValue);
        Assert.All(granted, static count => Assert.InRange(count, 0, Most - 1));
        table.Change(LimitOf(counted, 0, Most));
        for (long key = 0; key < keys; key++)
        {
            KeyVerdict verdict = default;
            while (table.TryTake(hasher.Hash(key), 1, ref verdict))
            {
                granted[key]++;
            }
        }

        // A bucket's units round what is brought along up, by a millionth of a permit or so; a window counts whole permits, and so rounds
        // a bucket's up.
        int least = counted switch
        {
            Counted.Buckets => Most - 2 - (changes / 100_000),
            Counted.InTurn => 1,
            _ => Most,
        };
        Assert.All(granted, count => Assert.InRange(count, least, Most));
        Assert.Equal(keys, table.Count);
    }

    [Theory]
    [InlineData(3, 20)]
    [InlineData(8, 500)]
    public void Slots_that_are_out_stay_out_and_can_be_given_back(int threads, int keys)
    {
        KeyHasher hasher = KeyHasher.FromSeed(6);
        ChangeableKeys<InterlockedAtomics> table = new(Slots(2), new Clock(null));
        int[] inside = new int[keys];
        int changes = 0;
        long end = Environment.TickCount64 + 700;
        Team.Run(threads, number =>
        {
            Random random = new(number);
            Queue<long> held = [];
            while (Environment.TickCount64 < end)
            {
                if (number == 0)
                {
                    changes++;
                    table.Change(Slots(random.Next(1, 5)));
                    continue;
                }

                long key = random.Next(keys);
                KeyVerdict verdict = default;
                if (table.TryTake(hasher.Hash(key), 1, ref verdict))
                {
                    Assert.InRange(Interlocked.Increment(ref inside[key]), 1, 4);
                    held.Enqueue(key);
                }

                while (held.Count > random.Next(20))
                {
                    Release(held.Dequeue());
                }
            }

            while (held.TryDequeue(out long last))
            {
                Release(last);
            }
        });
        Assert.InRange(changes, 3, int.MaxValue);
        Assert.All(inside, static count => Assert.Equal(0, count));
        table.SweepAll();
        Assert.Equal(0, table.Count);

        void Release(long key)
        {
            Interlocked.Decrement(ref inside[key]);
            Assert.True(table.Refund(hasher.Hash(key), 1));
        }
    }

    private static KeyLimit Slots(int limit) => new() { Kind = KeyLimitKind.Slots, Limit = limit, MaxKeys = 2_000 };

    private static KeyLimit LimitOf(Counted counted, int turn, int limit)
    {
        KeyLimitKind kind = counted switch
        {
            Counted.Buckets => KeyLimitKind.Bucket,
            Counted.FixedWindows => KeyLimitKind.FixedWindow,
            Counted.SlidingWindows => KeyLimitKind.SlidingWindow,
            _ => (KeyLimitKind)(turn % 3),
        };
        return new KeyLimit
        {
            Kind = kind,
            RatePerSecond = 1e-6,
            Limit = limit,
            WindowTicks = 86_400 * TimeProvider.System.TimestampFrequency,
            MaxKeys = 5_000,
        };
    }
}
