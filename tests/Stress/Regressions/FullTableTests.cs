using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Stress.Running;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Stress.Regressions;

public sealed class FullTableTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 4)]
    [InlineData(3, 0)]
    [InlineData(9, 4)]
    public void Newcomers_of_many_threads_that_fill_a_tiny_table_at_once_all_get_an_answer(int maxKeys, int overflowCells)
    {
        const int Threads = 4;
        Clock clock = new(null);
        KeyHasher hasher = KeyHasher.FromSeed(11);
        int rounds = 0;
        long end = Environment.TickCount64 + 300;
        while (Environment.TickCount64 < end)
        {
            rounds++;
            KeyedBucket limit = new(0.001, 5, clock.Frequency);
            KeyTable<KeyedBucket, InterlockedAtomics, LineShape> table = new(limit, clock, 8, 8, maxKeys, overflowCells);

            // Ends, or the team says that it hangs.
            Team.Run(Threads, number =>
            {
                for (int key = 0; key < 20; key++)
                {
                    table.TryTake(hasher.Hash((key * Threads) + number), 1);
                }
            });
            Assert.InRange(table.Count, 1, maxKeys);
        }

        Assert.NotEqual(0, rounds);
    }
}
