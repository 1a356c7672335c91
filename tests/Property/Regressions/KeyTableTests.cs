using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Property.Regressions;

public sealed class KeyTableTests
{
    private const long Second = 1_000_000_000;
    private const long Millisecond = 1_000_000;

    private readonly KeyHasher _hasher = KeyHasher.FromSeed(3);

    [Fact]
    public void A_sweep_brings_nothing_home_as_of_a_time_before_it_was_spent()
    {
        LateClock clock = new();
        KeyedBucket bucket = new(1_000, 1_600, Second);
        KeyTable<KeyedBucket, InterlockedAtomics, LineShape> table = new(bucket, new Clock(clock), 8, 8, 64, 0);
        KeyHash key = _hasher.Hash(1);
        Assert.True(table.TryTake(key, 1));
        long granted = 0;
        clock.AfterNextRead(() =>
        {
            // The first of these sets a chunk aside, from which the second is served when the bucket has long been full again.
            clock.Inner.Advance(TimeSpan.FromMilliseconds(2));
            Assert.True(table.TryTake(key, 1));
            clock.Inner.Advance(TimeSpan.FromMilliseconds(50));
            Assert.True(table.TryTake(key, 50));
            granted += 50;
        });

        table.SweepAll();

        granted += Drain(table, key);
        Assert.InRange(granted, 1_400, 1_600);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    public void Waking_up_brings_nothing_home_as_of_a_time_before_it_was_spent(int halfVisits)
    {
        LateClock clock = new();
        KeyedBucket bucket = new(1_000, 1_600, Second);
        KeyTable<KeyedBucket, InterlockedAtomics, LineShape> table = new(bucket, new Clock(clock), 8, 8, 64, 0);
        KeyHash key = _hasher.Hash(1);
        Assert.True(table.TryTake(key, 1));
        Assert.True(table.TryTake(key, 1));
        clock.Inner.Advance(TimeSpan.FromTicks(bucket.VisitTicks / 200 * halfVisits));
        long granted = 0;
        clock.AfterNextRead(() =>
        {
            clock.Inner.Advance(TimeSpan.FromMilliseconds(50));
            Assert.True(table.TryTake(key, 50));
            granted += 50;
        });

        Assert.True(table.TryTake(_hasher.Hash(2), 1));

        granted += Drain(table, key);
        Assert.InRange(granted, 1_400, 1_600);
    }

    [Fact]
    public void A_charge_that_finds_its_key_elsewhere_frees_nothing_that_others_were_granted()
    {
        int places = Interruption.AtEveryStep(
            () =>
            {
                // One key's room and one shared cell, of which another key has used eight permits.
                LateClock clock = new();
                KeyedWindow window = new(10, 100 * Millisecond, sliding: true, 0, Second);
                KeyTable<KeyedWindow, InterruptedAtomics, LineShape> table = new(window, new Clock(clock), 1, 1, 1, 1);
                Assert.True(table.TryTake(_hasher.Hash(1), 1));
                clock.Inner.Advance(TimeSpan.FromMilliseconds(60));
                Assert.True(table.TryTake(_hasher.Hash(2), 8));
                Assert.Equal(1, table.Overflowed);
                return (Clock: clock, Table: table);
            },
            subject => subject.Table.TryCharge(_hasher.Hash(3), 100),
            subject =>
            {
                // The one key in the table becomes unused, and the one that is being charged has its room.
                subject.Clock.Inner.Advance(TimeSpan.FromMilliseconds(60));
                subject.Table.TryTake(_hasher.Hash(3), 1);
            },
            subject =>
            {
                int granted = 0;
                while (granted <= 10 && subject.Table.TryTake(_hasher.Hash(4), 1))
                {
                    granted++;
                }

                Assert.InRange(granted, 0, 2);
                Assert.False(subject.Table.TryTake(_hasher.Hash(3), 1));
            });
        Assert.InRange(places, 10, 1_000);
    }

    [Fact]
    public void A_key_that_is_moved_across_a_long_silence_is_woken_from_it()
    {
        const int Limit = 15;
        int places = Interruption.AtEveryStep(
            () =>
            {
                // A table that has begun to grow: half of it has been moved.
                LateClock clock = new();
                KeyedWindow window = new(Limit, 100 * Millisecond, sliding: true, 0, Second);
                KeyTable<KeyedWindow, InterruptedAtomics, LineShape> table = new(window, new Clock(clock), 8, 64, 1_000, 0);
                int keys = 0;
                for (long bytes = table.Bytes; table.Bytes == bytes; keys++)
                {
                    Assert.True(table.TryTake(_hasher.Hash(keys), Limit));
                }

                return (Clock: clock, Table: table, Keys: keys);
            },
            subject =>
            {
                for (int key = 0; key < subject.Keys; key++)
                {
                    subject.Table.TryTake(_hasher.Hash(key), 1);
                }
            },
            subject =>
            {
                // More than half round the circle of a payload's time.
                subject.Clock.Inner.Advance(TimeSpan.FromTicks(subject.Table.Policy.VisitTicks / 100 * 5));
                subject.Table.TryTake(_hasher.Hash(0), 1);
            },
            subject =>
            {
                subject.Clock.Inner.Advance(TimeSpan.FromSeconds(1));
                for (int key = 0; key < subject.Keys; key++)
                {
                    Assert.True(subject.Table.TryTake(_hasher.Hash(key), Limit), $"key {key}");
                }
            });
        Assert.InRange(places, 50, 50_000);
    }

    [Fact]
    public void A_released_slot_does_not_come_back_from_the_page_that_its_key_has_left()
    {
        int places = Interruption.AtEveryStep(
            () =>
            {
                KeyTable<KeyedSlots, InterruptedAtomics, LineShape> table = new(new KeyedSlots(1), new Clock(new LateClock()), 1, 8, 64, 0);
                for (int key = 0; key < 8; key++)
                {
                    Assert.True(table.TryTake(_hasher.Hash(key), 1));
                }

                return table;
            },
            table => table.TryTake(_hasher.Hash(100), 1),
            table =>
            {
                for (int key = 0; key < 8; key++)
                {
                    Assert.True(table.Refund(_hasher.Hash(key), 1));
                }

                table.SweepAll();
            },
            table =>
            {
                for (int key = 0; key < 8; key++)
                {
                    Assert.True(table.TryTake(_hasher.Hash(key), 1));
                    Assert.False(table.TryTake(_hasher.Hash(key), 1));
                }
            });
        Assert.InRange(places, 50, 10_000);
    }

    [Fact]
    public void A_table_at_its_bound_on_keys_does_not_grow_for_newcomers()
    {
        KeyTable<KeyedSlots, InterlockedAtomics, LineShape> table = new(new KeyedSlots(1), new Clock(new LateClock()), 1, 64, 8, 0);
        for (int key = 0; key < 8; key++)
        {
            Assert.True(table.TryTake(_hasher.Hash(key), 1));
        }

        long bytes = table.Bytes;
        for (int key = 100; key < 120; key++)
        {
            Assert.False(table.TryTake(_hasher.Hash(key), 1));
        }

        Assert.Equal(bytes, table.Bytes);
        Assert.Equal(8, table.Count);
    }

    private static long Drain(KeyTable<KeyedBucket, InterlockedAtomics, LineShape> table, in KeyHash key)
    {
        long granted = 0;
        while (table.TryTake(key, 1))
        {
            granted++;
        }

        return granted;
    }
}
