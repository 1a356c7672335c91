using RateSync.Fast.Tests.Interleaving.Explorer;

namespace RateSync.Fast.Tests.Interleaving.ExplorerTests;

/// <summary>The explorer explores all there is, finds the classic mistakes, and says how it came to them.</summary>
public sealed class SearchTests
{
    private static readonly ExploreOptions s_everything = new() { Reduction = Reduction.None };

    [Theory]
    [InlineData(2, 1, 2)]
    [InlineData(2, 2, 6)]
    [InlineData(2, 5, 252)]
    [InlineData(3, 2, 90)]
    [InlineData(3, 3, 1680)]
    public void Without_reduction_the_number_of_interleavings_is_the_multinomial(int threads, int steps, long interleavings)
    {
        // (threads * steps)! / steps! ^ threads; that a thread begins is no point to stop it at.
        Report report = Explore.Run("independent adds", () => Adds(threads, steps, shared: false), s_everything).ShouldHold();
        Assert.Equal(interleavings, report.Executions);
    }

    [Fact]
    public void The_reduction_explores_independent_steps_once()
    {
        Report report = Explore.Run("independent adds", () => Adds(3, 3, shared: false)).ShouldHold();
        Assert.Equal(1, report.Executions);
    }

    [Theory]
    [InlineData(2, 2, 6)]
    [InlineData(3, 1, 6)]
    [InlineData(3, 2, 90)]
    public void The_reduction_explores_each_order_of_dependent_steps_once(int threads, int steps, long orders)
    {
        Report report = Explore.Run("dependent adds", () => Adds(threads, steps, shared: true)).ShouldHold();
        Assert.Equal(orders, report.Executions);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 4)]
    [InlineData(2, 6)]
    public void A_bound_counts_preemptions_and_not_switches(int bound, long interleavings)
    {
        // Two threads of two adds: either first without a stop; then also stopped once between its two; then all six orders.
        Report report = Explore.Run("bounded", () => Adds(2, 2, shared: true), new ExploreOptions { PreemptionBound = bound }).ShouldHold();
        Assert.Equal(interleavings, report.Executions);
    }

    [Fact]
    public void The_reduction_reaches_the_same_outcomes_as_every_interleaving()
    {
        foreach (int program in Enumerable.Range(0, 40))
        {
            HashSet<string> all = Outcomes(program, new ExploreOptions { Reduction = Reduction.None });
            HashSet<string> reduced = Outcomes(program, new ExploreOptions());
            HashSet<string> sleeping = Outcomes(program, new ExploreOptions { Reduction = Reduction.SleepSets });
            Assert.True(all.SetEquals(reduced), $"program {program}: {string.Join(" ", all.Except(reduced))} missed");
            Assert.True(all.SetEquals(sleeping), $"program {program}: {string.Join(" ", all.Except(sleeping))} missed");
        }
    }

    [Fact]
    public void An_update_by_load_and_store_loses_another()
    {
        Failure failure = Explore.Run("lost update", () =>
        {
            Cell cell = new();
            void Increment() => ModelAtomics.Store(ref cell.Value, ModelAtomics.Load(ref cell.Value) + 1);
            return new Execution(
                [Increment, Increment],
                () => Assert.Equal(2, cell.Value));
        }).ShouldFail<Xunit.Sdk.EqualException>();
        Assert.Contains("Load", failure.Trace, StringComparison.Ordinal);
        Assert.Contains("Commit", failure.Trace, StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_by_compare_and_swap_loses_none() => Explore.Run("no lost update", () =>
    {
        Cell cell = new();
        void Increment()
        {
            long seen = ModelAtomics.Load(ref cell.Value);
            while (ModelAtomics.CompareExchange(ref cell.Value, seen + 1, seen) != seen)
            {
                seen = ModelAtomics.Load(ref cell.Value);
            }
        }

        return new Execution([Increment, Increment, Increment], () => Assert.Equal(3, cell.Value));
    }).ShouldHold();

    [Fact]
    public void A_wake_up_between_look_and_sleep_is_lost()
    {
        Report report = Explore.Run("lost wake-up", () => Signal(clearFirst: false));
        report.ShouldFail<DeadlockException>();
    }

    [Fact]
    public void A_wake_up_is_not_lost_when_the_sleeper_looks_again() =>
        Explore.Run("kept wake-up", () => Signal(clearFirst: true)).ShouldHold();

    [Fact]
    public void A_loop_that_never_ends_is_a_failure() => Explore.Run("spinning", () =>
    {
        Cell cell = new();
        return new Execution(
            [
                () =>
                {
                    while (ModelAtomics.Load(ref cell.Value) == 0)
                    {
                    }
                },
            ]);
    }).ShouldFail<ObstructionException>();

    [Fact]
    public void Every_alternative_of_a_choice_is_explored()
    {
        HashSet<long> seen = [];
        Explore.Run("choice", () => new Execution([() => seen.Add((Model.Choose(3) * 10) + Model.Choose(2))])).ShouldHold();
        Assert.Equal([0, 1, 10, 11, 20, 21], seen.Order());
    }

    [Fact]
    public void An_invariant_sees_every_state_of_memory() => Explore.Run("invariant", () =>
    {
        Cell first = new();
        Cell second = new();
        return new Execution(
            [() => ModelAtomics.Add(ref first.Value, 1), () => ModelAtomics.Add(ref second.Value, 1)],
            null,
            () => Assert.False(first.Value == 0 && second.Value == 1, "second alone"));
    }).ShouldFail<Xunit.Sdk.FalseException>();

    private static Execution Adds(int threads, int steps, bool shared)
    {
        Cell[] cells = [.. Enumerable.Range(0, threads).Select(_ => new Cell())];
        return new Execution([.. Enumerable.Range(0, threads).Select(i => (Action)(() =>
        {
            for (int step = 0; step < steps; step++)
            {
                ModelAtomics.Add(ref cells[shared ? 0 : i].Value, 1);
            }
        }))]);
    }

    /// <summary>What a random program of two threads can read.</summary>
    private static HashSet<string> Outcomes(int program, ExploreOptions options)
    {
        HashSet<string> outcomes = [];
        Random random = new(program);
        int[][] operations = [.. Enumerable.Range(0, 2).Select(_ => Enumerable.Range(0, 3).Select(_ => random.Next(14)).ToArray())];
        Explore.Run($"program {program}", () =>
        {
            Cell[] cells = [new(), new()];
            List<long>[] read = [[], []];
            Action Body(int thread) => () =>
            {
                foreach (int operation in operations[thread])
                {
                    ref long cell = ref cells[operation & 1].Value;
                    switch (operation / 2)
                    {
                        case 0 or 1: ModelAtomics.Store(ref cell, thread + 1); break;
                        case 2 or 3: read[thread].Add(ModelAtomics.Load(ref cell)); break;
                        case 4: read[thread].Add(ModelAtomics.CompareExchange(ref cell, 5 + thread, 0)); break;
                        case 5: read[thread].Add(ModelAtomics.Add(ref cell, 10)); break;
                        default: ModelAtomics.FenceAllThreads(); break;
                    }
                }
            };

            return new Execution(
                [Body(0), Body(1)],
                () => outcomes.Add($"{string.Join(",", read[0])}|{string.Join(",", read[1])}|{cells[0].Value},{cells[1].Value}"));
        }, options).ShouldHold();
        return outcomes;
    }

    /// <summary>A worker that sleeps until it is signalled, and a signaller; with the flag cleared after the look, or before it.</summary>
    private static Execution Signal(bool clearFirst)
    {
        Cell work = new();
        Cell signal = new();
        return new Execution(
            [
                () =>
                {
                    if (clearFirst)
                    {
                        ModelAtomics.Exchange(ref signal.Value, 0);
                    }

                    if (ModelAtomics.Load(ref work.Value) == 0)
                    {
                        if (!clearFirst)
                        {
                            ModelAtomics.Exchange(ref signal.Value, 0);
                        }

                        Model.Await(() => signal.Value == 1);
                    }
                },
                () =>
                {
                    ModelAtomics.Exchange(ref work.Value, 1);
                    ModelAtomics.Exchange(ref signal.Value, 1);
                },
            ]);
    }

    private sealed class Cell
    {
        public long Value;
    }
}
