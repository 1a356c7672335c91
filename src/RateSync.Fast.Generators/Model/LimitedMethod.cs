namespace RateSync.Fast.Generators.Model;

/// <summary>All that is needed to write one method, as text and numbers: two that are equal are written alike.</summary>
internal sealed record LimitedMethod
{
    /// <summary>The name of the file, unlike any other.</summary>
    public required string FileName { get; init; }

    /// <summary>Null for the global namespace.</summary>
    public required string? Namespace { get; init; }

    /// <summary>The containing types as they are declared, the outermost first.</summary>
    public required EquatableArray<string> Types { get; init; }

    /// <summary>All modifiers but <c>async</c> and <c>partial</c>.</summary>
    public required EquatableArray<string> Modifiers { get; init; }

    public required MethodShape Shape { get; init; }

    public required string ReturnType { get; init; }

    /// <summary>The name, with type parameters.</summary>
    public required string Name { get; init; }

    /// <summary>The parameters as they are declared.</summary>
    public required EquatableArray<string> Parameters { get; init; }

    /// <summary>The clauses that begin with <c>where</c>.</summary>
    public required EquatableArray<string> Constraints { get; init; }

    /// <summary>What is asked for permits.</summary>
    public required string Limits { get; init; }

    /// <summary>The expression of the limiter's id.</summary>
    public required string LimiterId { get; init; }

    public required int Permits { get; init; }

    /// <summary>In ticks of 100 ns, or -1 ms for ever; null where the limiter decides.</summary>
    public required long? TimeoutTicks { get; init; }

    /// <summary>The parameter that cancels; null if there is none.</summary>
    public required string? CancellationToken { get; init; }

    /// <summary>The call of the method that does the work.</summary>
    public required string Work { get; init; }

    /// <summary>The name of a local variable that hides no parameter.</summary>
    public required string Local { get; init; }
}
