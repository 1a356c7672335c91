using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Interleaving.Explorer;
using RateSync.Fast.Tests.Interleaving.Linearizability;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>
/// Callers of different priority on one word: who comes after others takes only what leaves enough for them, whatever they do in between.
/// </summary>
[Collection(EraState.Collection)]
public sealed class KeepTests
{
    private const long Second = 1_000_000_000;

    public enum Kind
    {
        Bucket,
        Log,
        Fixed,
        SubWindows,
        Gate,
        SplitGate,
    }

    [Theory]
    [InlineData(Kind.Bucket)]
    [InlineData(Kind.Log)]
    [InlineData(Kind.Fixed)]
    [InlineData(Kind.SubWindows)]
    [InlineData(Kind.Gate)]
    [InlineData(Kind.SplitGate)]
    public void A_low_and_a_normal_caller_leave_what_they_must(Kind kind) => LowAgainstNormal(kind).ShouldHold();

    [Theory]
    [InlineData(Kind.Bucket)]
    [InlineData(Kind.Log)]
    [InlineData(Kind.Fixed)]
    [InlineData(Kind.SubWindows)]
    [InlineData(Kind.Gate)]
    public void Looking_before_taking_is_caught(Kind kind) => LowAgainstNormal(kind, Defect.KeepLookedUpBefore).ShouldFail();

    [Fact]
    public void What_lies_in_a_lane_counts_as_left_once_it_is_home() => Explore.Run("keep: lane", () =>
    {
        ShardedReservoir<GcraReservoir<ModelAtomics>, ModelAtomics> tokens = Bucket(4, new ChunkPlan(1, 1, 0));
        tokens.MakeCells(lanes: 1, shards: 1);
        tokens.Reservoir.LastGrant = tokens.Clock.Now();
        Assert.True(tokens.TryTake(0));
        History history = new(3, refusalsMayOverlap: true);
        return new Execution(
            [
                () =>
                {
                    history.Take(1, () => tokens.TryTake(0));
                    history.Take(1, () => tokens.TryTake(0));
                },
                () =>
                {
                    history.Take(1, () => Take(tokens, 1, 1, 2), keep: 2);
                    history.Take(1, () => Take(tokens, 1, 1, 1), keep: 1);
                },
            ],
            history.ShouldBeInOrder);
    }, new ExploreOptions { PreemptionBound = 2 }).ShouldHold();

    /// <summary>Three are left: one caller leaves two and then takes what there is, the other leaves one, twice.</summary>
    private static Report LowAgainstNormal(Kind kind, Defect defect = Defect.None) => Explore.Run($"keep: {kind}", () =>
    {
        EraState.Reset();
        Func<uint, long, long, bool> take = Make(kind);
        History history = new(3, refusalsMayOverlap: kind == Kind.SplitGate);
        return new Execution(
            [
                () =>
                {
                    history.Take(1, () => take(0, 1, 2), keep: 2);
                    history.Take(1, () => take(0, 1, 0));
                },
                () =>
                {
                    history.Take(1, () => take(1, 1, 1), keep: 1);
                    history.Take(1, () => take(1, 1, 1), keep: 1);
                },
            ],
            history.ShouldBeInOrder);
    }, new ExploreOptions { Defect = defect, Prepare = EraState.Prepare, PreemptionBound = kind == Kind.SplitGate ? 2 : null });

    private static Func<uint, long, long, bool> Make(Kind kind)
    {
        ModelClock time = new(frozen: true);
        Clock clock = new(time);
        switch (kind)
        {
            case Kind.Bucket:
                ShardedReservoir<GcraReservoir<ModelAtomics>, ModelAtomics> tokens = Bucket(3, ChunkPlan.None);
                return (slot, permits, keep) => Take(tokens, slot, permits, keep);
            case Kind.Log:
                ShardedReservoir<LogReservoir<ModelAtomics>, ModelAtomics> log = new(new(3, Second, clock, clock.Now()), clock);
                return (slot, permits, keep) => Take(log, slot, permits, keep);
            case Kind.Fixed or Kind.SubWindows:
                WindowTerms terms = new(3, Second, kind == Kind.Fixed ? 0 : 2, Interpolate: false);
                ShardedReservoir<WindowReservoir<ModelAtomics>, ModelAtomics> window = new(
                    new(terms, ChunkPlan.None, clock, clock.Now(), clock.Now()), clock);
                return (slot, permits, keep) => Take(window, slot, permits, keep);
            default:
                TicketGate<ModelAtomics> gate = new(3, kind == Kind.SplitGate ? 2 : 0, long.MaxValue);
                if (kind == Kind.SplitGate)
                {
                    Assert.True(gate.TryEnter(0) && gate.TryEnter(1));
                    gate.Exit(0);
                    gate.Exit(1);
                }

                return (slot, permits, keep) => keep == 0 ? gate.TryEnter(slot, permits) : gate.TryEnterKeeping(slot, permits, keep);
        }
    }

    private static ShardedReservoir<GcraReservoir<ModelAtomics>, ModelAtomics> Bucket(long burst, ChunkPlan plan)
    {
        Clock clock = new(new ModelClock(frozen: true));
        return new(new(RateScale.Create(1, burst, clock.Frequency), plan, clock, clock.Now(), burst, null), clock);
    }

    private static bool Take<TReservoir>(ShardedReservoir<TReservoir, ModelAtomics> tokens, uint slot, long permits, long keep)
        where TReservoir : struct, IReservoir
    {
        Verdict verdict = default;
        return keep == 0 ? tokens.TryTake(slot, permits) : tokens.TryTakeKeeping(slot, permits, keep, ref verdict);
    }
}
