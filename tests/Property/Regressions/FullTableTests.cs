using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Shared;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Property.Regressions;

public sealed class FullTableTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 4)]
    [InlineData(3, 0)]
    [InlineData(3, 4)]
    public void A_newcomer_that_finds_the_table_just_filled_is_answered(int maxKeys, int overflowCells)
    {
        int places = Interruption.AtEveryStep(
            () => new Table(maxKeys, overflowCells),
            static table => table.Take(1),
            static table =>
            {
                for (int key = 100; key < 104; key++)
                {
                    table.Take(key);
                }
            },
            table => Assert.InRange(table.Count, 0, maxKeys));
        Assert.InRange(places, 5, 1_000);
    }

    /// <summary>A table that has room for one key more.</summary>
    private sealed class Table
    {
        private readonly KeyTable<KeyedBucket, InterruptedAtomics, LineShape> _table;
        private readonly KeyHasher _hasher = KeyHasher.FromSeed(3);

        public Table(int maxKeys, int overflowCells)
        {
            ManualClock clock = new();
            _table = new(new KeyedBucket(1, 5, clock.TimestampFrequency), new Clock(clock), 8, 8, maxKeys, overflowCells);
            for (int key = 0; key < maxKeys - 1; key++)
            {
                Assert.True(_table.TryTake(_hasher.Hash(1_000 + key), 1));
            }
        }

        public long Count => _table.Count;

        public void Take(int key) => _table.TryTake(_hasher.Hash(key), 1);
    }
}
