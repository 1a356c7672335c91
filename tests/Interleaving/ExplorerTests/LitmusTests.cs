using RateSync.Fast.Tests.Interleaving.Explorer;

namespace RateSync.Fast.Tests.Interleaving.ExplorerTests;

/// <summary>The explorer finds what x86 can do, and does not find what it cannot.</summary>
public sealed class LitmusTests
{
    [Fact]
    public void Store_buffering_lets_both_threads_miss_each_others_store() =>
        Explore.Run("SB", () => StoreBuffering(static () => { })).ShouldFail<ExplorationException>();

    [Fact]
    public void Store_buffering_is_found_within_a_preemption_bound_too() =>
        Explore.Run("SB bounded", () => StoreBuffering(static () => { }), new ExploreOptions { PreemptionBound = 2 }).ShouldFail();

    [Fact]
    public void A_fence_after_each_store_forbids_it() =>
        Explore.Run("SB + fences", () => StoreBuffering(ModelAtomics.Fence)).ShouldHold();

    [Fact]
    public void Without_store_buffers_it_cannot_happen() => Explore.Run(
        "SB under SC",
        () => StoreBuffering(static () => { }),
        new ExploreOptions { Memory = MemoryModel.SequentialConsistency }).ShouldHold();

    [Fact]
    public void One_fence_on_all_threads_stands_for_a_fence_on_the_other_side() =>
        Explore.Run("SB, asymmetric fence", () => AsymmetricStoreBuffering(ModelAtomics.FenceAllThreads)).ShouldHold();

    [Fact]
    public void A_fence_on_one_side_alone_does_not_help() =>
        Explore.Run("SB, one fence", () => AsymmetricStoreBuffering(ModelAtomics.Fence)).ShouldFail<ExplorationException>();

    [Fact]
    public void A_message_passed_by_two_stores_arrives_whole() => Explore.Run("MP", () =>
    {
        Cells cells = new();
        return new Execution(
            [
                () =>
                {
                    ModelAtomics.Store(ref cells.X, 1);
                    ModelAtomics.StoreRelease(ref cells.Y, 1);
                },
                () =>
                {
                    long flag = ModelAtomics.LoadAcquire(ref cells.Y);
                    long data = ModelAtomics.Load(ref cells.X);
                    Check(flag == 0 || data == 1, "The flag came before the data.");
                },
            ]);
    }).ShouldHold();

    [Fact]
    public void Stores_are_seen_in_one_order_by_all() => Explore.Run("IRIW", () =>
    {
        Cells cells = new();
        long[] seen = new long[4];
        return new Execution(
            [
                () => ModelAtomics.Store(ref cells.X, 1),
                () => ModelAtomics.Store(ref cells.Y, 1),
                () => (seen[0], seen[1]) = (ModelAtomics.Load(ref cells.X), ModelAtomics.Load(ref cells.Y)),
                () => (seen[2], seen[3]) = (ModelAtomics.Load(ref cells.Y), ModelAtomics.Load(ref cells.X)),
            ],
            () => Check(!(seen is [1, 0, 1, 0]), "Two readers saw two stores in opposite orders."));
    }).ShouldHold();

    private static Execution StoreBuffering(Action between)
    {
        Cells cells = new();
        return new Execution(
            [
                () =>
                {
                    ModelAtomics.Store(ref cells.X, 1);
                    between();
                    cells.SeenByFirst = ModelAtomics.Load(ref cells.Y);
                },
                () =>
                {
                    ModelAtomics.Store(ref cells.Y, 1);
                    between();
                    cells.SeenBySecond = ModelAtomics.Load(ref cells.X);
                },
            ],
            () => Check(cells.SeenByFirst + cells.SeenBySecond != 0, "Both missed the other's store."));
    }

    private static Execution AsymmetricStoreBuffering(Action slowFence)
    {
        Cells cells = new();
        return new Execution(
            [
                () =>
                {
                    ModelAtomics.Store(ref cells.X, 1);
                    cells.SeenByFirst = ModelAtomics.Load(ref cells.Y);
                },
                () =>
                {
                    ModelAtomics.Store(ref cells.Y, 1);
                    slowFence();
                    cells.SeenBySecond = ModelAtomics.Load(ref cells.X);
                },
            ],
            () => Check(cells.SeenByFirst + cells.SeenBySecond != 0, "Both missed the other's store."));
    }

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ExplorationException(otherwise);
        }
    }

    private sealed class Cells
    {
        public long X;
        public long Y;
        public long SeenByFirst;
        public long SeenBySecond;
    }
}
