using System.Globalization;

namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>What an exploration found.</summary>
internal sealed record Report
{
    public required string Name { get; init; }

    public required ExploreOptions Options { get; init; }

    public required int Threads { get; init; }

    /// <summary>Executions that ran to their end, a failing one included.</summary>
    public required long Executions { get; init; }

    /// <summary>Executions given up because whatever could have followed had been explored elsewhere.</summary>
    public required long Pruned { get; init; }

    /// <summary>Executions repeated because the garbage collector came in between.</summary>
    public required long Repeated { get; init; }

    /// <summary>Steps of all executions.</summary>
    public required long Transitions { get; init; }

    /// <summary>Steps of the longest execution.</summary>
    public required int MaxDepth { get; init; }

    public required TimeSpan Elapsed { get; init; }

    /// <summary>Whether everything that the options ask for was explored, or a failure found.</summary>
    public required bool Complete { get; init; }

    /// <summary>The first violation, if any.</summary>
    public Failure? Failure { get; init; }

    /// <summary>In words: which reduction or bound was used.</summary>
    public string Reduction => Options switch
    {
        { PreemptionBound: { } bound } => $"at most {bound} preemptions",
        { Reduction: Explorer.Reduction.PartialOrder } => "all, up to partial order",
        { Reduction: Explorer.Reduction.SleepSets } => "all, sleep sets",
        _ => "all, no reduction",
    };

    /// <summary>Throws unless everything was explored and no violation was found.</summary>
    public Report ShouldHold()
    {
        ShouldNotFail();
        return ShouldBeComplete();
    }

    /// <summary>Throws if a violation was found.</summary>
    public Report ShouldNotFail() =>
        Failure is null
            ? this
            : throw new ExplorationException($"{Name}: {Failure.Exception.Message}\n{this}\n{Failure}", Failure.Exception);

    /// <summary>Throws if the exploration was cut short: what it did not find means nothing then.</summary>
    public Report ShouldBeComplete() => Complete ? this : throw new ExplorationException($"{Name}: inconclusive, cut short.\n{this}");

    /// <summary>Throws unless a violation was found, by the kind of exception named.</summary>
    /// <returns>The violation.</returns>
    public Failure ShouldFail<TException>()
        where TException : Exception
    {
        if (Failure is null)
        {
            throw new ExplorationException($"{Name}: should have failed.\n{this}");
        }

        return Failure.Exception is TException
            ? Failure
            : throw new ExplorationException(
                $"{Name}: should have failed with {typeof(TException).Name}.\n{this}\n{Failure}",
                Failure.Exception);
    }

    /// <summary>Throws unless a violation was found. A misuse of the model is none.</summary>
    /// <returns>The violation.</returns>
    public Failure ShouldFail()
    {
        Failure failure = ShouldFail<Exception>();
        return failure.Exception is ModelMisuseException
            ? throw new ExplorationException($"{Name}: misuses the model.\n{failure}", failure.Exception)
            : failure;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name}: {Executions:N0} executions, {Pruned:N0} pruned, {Transitions:N0} transitions, {MaxDepth} steps at most, "
        + $"{Elapsed.TotalSeconds:F2} s "
        + $"({Executions / Math.Max(Elapsed.TotalSeconds, 1e-9):N0}/s); {Reduction}, {Options.Memory}; "
        + $"{(Complete ? "complete" : "NOT complete")}");
}
