using RateSync.Fast.Algorithms;

namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>How to explore.</summary>
internal sealed record ExploreOptions
{
    /// <value>Default x86-TSO.</value>
    public MemoryModel Memory { get; init; } = MemoryModel.Tso;

    /// <summary>Most stores in a thread's buffer; a store to a full buffer waits.</summary>
    /// <value>Default without bound, which covers every bound.</value>
    public int BufferDepth { get; init; } = int.MaxValue;

    /// <value>Default <see cref="Reduction.PartialOrder"/>. Without effect under a <see cref="PreemptionBound"/>, which allows
    /// none.</value>
    public Reduction Reduction { get; init; } = Reduction.PartialOrder;

    /// <summary>
    /// Explore only schedules that leave a thread that could go on at most this often, be it for another thread or for a store buffer
    /// (M. Musuvathi and S. Qadeer, "Iterative context bounding for systematic testing of multithreaded programs", PLDI 2007).
    /// </summary>
    /// <value>Default none.</value>
    public int? PreemptionBound { get; init; }

    /// <value>Executions after which the exploration gives up, incomplete. Default 5 million.</value>
    public long MaxExecutions { get; init; } = 5_000_000;

    /// <value>Time after which the exploration gives up, incomplete. Default 3 minutes.</value>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromMinutes(3);

    /// <value>Steps of one execution beyond which it counts as never ending, a failure. Default 2,000.</value>
    public int MaxSteps { get; init; } = 2_000;

    /// <value>The mistake that <see cref="ModelAtomics.Has"/> switches on. Default none.</value>
    public Defect Defect { get; init; }

    /// <summary>
    /// How many cores there are to be on. <see cref="ModelAtomics.Core"/> answers with each of them, as a free choice; with 0 it answers
    /// with the thread's slot and costs nothing.
    /// </summary>
    /// <value>Default 0.</value>
    public int Cores { get; init; }

    /// <summary>
    /// Run once on each worker thread before the first execution, outside the model: whatever code under test sets up on the first use
    /// by a thread belongs here, so that all executions find it the same.
    /// </summary>
    public Action? Prepare { get; init; }
}
