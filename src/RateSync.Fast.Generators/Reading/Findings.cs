using Microsoft.CodeAnalysis;
using RateSync.Fast.Generators.Model;

namespace RateSync.Fast.Generators.Reading;

/// <summary>Collects the mistakes of one method: all of them, so that they can be mended at once.</summary>
internal sealed class Findings
{
    private readonly List<Finding> _found = [];

    public bool Any => _found.Count > 0;

    public void Add(DiagnosticDescriptor rule, Location location, params string[] arguments) =>
        _found.Add(new Finding(rule, Place.Of(location), new EquatableArray<string>(arguments)));

    public Outcome ToOutcome(LimitedMethod? method = null) => new(Any ? null : method, new EquatableArray<Finding>([.. _found]));
}
