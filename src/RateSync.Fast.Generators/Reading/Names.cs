using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RateSync.Fast.Generators.Reading;

/// <summary>Symbols as text.</summary>
internal static class Names
{
    /// <summary>For code: right wherever it is written.</summary>
    private static readonly SymbolDisplayFormat s_full = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>For people, as they would write it.</summary>
    private static readonly SymbolDisplayFormat s_short = SymbolDisplayFormat.MinimallyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    public static string Full(ITypeSymbol type) => type.ToDisplayString(s_full);

    public static string Short(ITypeSymbol type) => type.ToDisplayString(s_short);

    public static string? Namespace(INamespaceSymbol scope) =>
        scope.IsGlobalNamespace ? null : scope.ToDisplayString(s_full).Substring("global::".Length);

    public static string Escaped(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None
            ? name
            : "@" + name;

    public static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.Ordinal);

    /// <summary>The name of the method that does the work of <paramref name="method"/>, unless the attribute says another.</summary>
    public static string Core(string method) =>
        method.EndsWith("Async", StringComparison.Ordinal)
            ? method.Substring(0, method.Length - "Async".Length) + "CoreAsync"
            : method + "Core";

    public static bool Is(ITypeSymbol type, string scope, string metadataName) =>
        type is INamedTypeSymbol named && named.ContainingType is null
        && Same(named.MetadataName, metadataName)
        && Same(named.ContainingNamespace.ToDisplayString(), scope);

    public static bool IsCancellationToken(ITypeSymbol type) => Is(type, "System.Threading", "CancellationToken");

    /// <summary>A type and all that it derives from, the nearest first.</summary>
    public static IEnumerable<ITypeSymbol> Bases(ITypeSymbol type)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            yield return current;
        }
    }

    /// <summary>The clauses that constrain type parameters.</summary>
    public static IEnumerable<string> Constraints(IEnumerable<ITypeParameterSymbol> parameters) =>
        from parameter in parameters
        let constraints = string.Join(", ", Constraints(parameter))
        where constraints.Length > 0
        select $"where {Escaped(parameter.Name)} : {constraints}";

    private static IEnumerable<string> Constraints(ITypeParameterSymbol parameter)
    {
        if (parameter.HasUnmanagedTypeConstraint)
        {
            yield return "unmanaged";
        }
        else if (parameter.HasValueTypeConstraint)
        {
            yield return "struct";
        }
        else if (parameter.HasReferenceTypeConstraint)
        {
            yield return parameter.ReferenceTypeConstraintNullableAnnotation == NullableAnnotation.Annotated ? "class?" : "class";
        }
        else if (parameter.HasNotNullConstraint)
        {
            yield return "notnull";
        }

        foreach (ITypeSymbol type in parameter.ConstraintTypes)
        {
            yield return Full(type);
        }

        if (parameter.HasConstructorConstraint)
        {
            yield return "new()";
        }

        if (parameter.AllowsRefLikeType)
        {
            yield return "allows ref struct";
        }
    }
}
