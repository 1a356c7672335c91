using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Shared;
using RateSync.Fast.Tests.Stress.Checking;
using RateSync.Fast.Tests.Stress.Controls;
using RateSync.Fast.Tests.Stress.Running;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Stress.Conservation;

/// <summary>The races of <see cref="ConservationTests"/> find limiters that are broken.</summary>
public sealed class ConservationControlTests
{
    [Fact]
    public void A_race_for_a_burst_finds_a_compare_and_swap_that_is_not_atomic() => Verify.IsFound(() =>
    {
        Clock clock = new(new ManualClock());
        RateScale scale = RateScale.Create(1e6, FrozenSubjects.Burst, clock.Frequency);
        GcraReservoir<TornExchange> reservoir = new(scale, ChunkPlan.None, clock, clock.Now(), FrozenSubjects.Burst, null);
        ShardedReservoir<GcraReservoir<TornExchange>, TornExchange> tokens = new(reservoir, clock);
        return Race(threads: 4, () => tokens.TryTake(ThreadSlot.Current, 1));
    });

    [Fact]
    public void A_race_for_a_burst_finds_an_unsynchronized_bucket() => Verify.IsFound(() =>
    {
        UnsynchronizedBucket bucket = new(1e-9, FrozenSubjects.Burst);
        return Race(threads: 2, () => bucket.TryAcquire(1));
    });

    private static Judgement Race(int threads, Func<bool> tryAcquire)
    {
        for (int round = 0; round < 25; round++)
        {
            long taken = 0;
            Team.Run(threads, _ =>
            {
                int mine = 0;
                while (mine < FrozenSubjects.Burst && tryAcquire())
                {
                    mine++;
                }

                Interlocked.Add(ref taken, mine);
            });
            if (taken != FrozenSubjects.Burst)
            {
                return Judgement.Violation($"{taken} of {FrozenSubjects.Burst}");
            }
        }

        return Judgement.Pass("");
    }
}
