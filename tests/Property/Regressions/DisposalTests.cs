using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Shared;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Property.Regressions;

public sealed class DisposalTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cell_that_is_filled_during_disposal_is_not_spent_from_after_it(bool lanes)
    {
        int places = Interruption.AtEveryStep(
            () => new Bucket(lanes),
            static bucket => bucket.TryTakeOrNot(),
            static bucket => bucket.Dispose(),
            static bucket =>
            {
                for (int i = 0; i < 3; i++)
                {
                    Assert.Throws<ObjectDisposedException>(() => bucket.TryTake());
                }
            });
        Assert.InRange(places, 5, 200);
    }

    /// <summary>A bucket with empty cells.</summary>
    private sealed class Bucket
    {
        private readonly ShardedReservoir<GcraReservoir<InterruptedAtomics>, InterruptedAtomics> _tokens;
        private readonly uint _slot;

        public Bucket(bool lanes)
        {
            Clock clock = new(new ManualClock());
            RateScale scale = RateScale.Create(1_000_000, 100_000, clock.Frequency);
            _tokens = new(new(scale, new ChunkPlan(64, 8, 1024), clock, clock.Now(), 100_000, null), clock);

            // Threads beyond the lanes share the shards.
            _tokens.MakeCells(lanes ? 1 : 0, shards: 1);
            _slot = lanes ? 0u : 1u;
        }

        public bool TryTake() => _tokens.TryTake(_slot);

        public void TryTakeOrNot()
        {
            try
            {
                TryTake();
            }
            catch (ObjectDisposedException)
            {
                // In order as soon as the other thread has begun.
            }
        }

        public void Dispose() => _tokens.Dispose();
    }
}
