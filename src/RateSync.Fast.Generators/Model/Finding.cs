using Microsoft.CodeAnalysis;

namespace RateSync.Fast.Generators.Model;

/// <summary>A mistake that was found, and where.</summary>
internal sealed record Finding(DiagnosticDescriptor Rule, Place Place, EquatableArray<string> Arguments)
{
    public Diagnostic ToDiagnostic() => Diagnostic.Create(Rule, Place.ToLocation(), [.. Arguments]);
}
