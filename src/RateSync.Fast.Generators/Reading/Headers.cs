using System.Globalization;
using Microsoft.CodeAnalysis;

namespace RateSync.Fast.Generators.Reading;

/// <summary>The names and declarations around a body.</summary>
internal static class Headers
{
    /// <summary>The declarations of a type and those it is nested in, the outermost first, as another part of them.</summary>
    public static IEnumerable<string> Types(INamedTypeSymbol type, bool isUnsafe)
    {
        IEnumerable<string> around = type.ContainingType is null ? [] : Types(type.ContainingType, isUnsafe);
        string modifiers = isUnsafe ? "unsafe partial" : "partial";
        return around.Append($"{modifiers} {Keyword(type)} {Names.Escaped(type.Name)}{TypeParameters(type.TypeParameters)}");
    }

    public static string NameOf(IMethodSymbol method) => Names.Escaped(method.Name) + TypeParameters(method.TypeParameters);

    /// <summary>The type parameters as they are handed on.</summary>
    public static string TypeArguments(IMethodSymbol method) => TypeParameters(method.TypeParameters);

    /// <summary>A name that no parameter has.</summary>
    public static string FreeName(IMethodSymbol method, string wish)
    {
        string name = wish;
        while (method.Parameters.Any(parameter => Names.Same(parameter.Name, name))
            || method.TypeParameters.Any(parameter => Names.Same(parameter.Name, name)))
        {
            name = "_" + name;
        }

        return name;
    }

    /// <summary>
    /// The file of a method: readable, and told apart by its signature, because overloads share a name and file systems take upper and
    /// lower case for the same.
    /// </summary>
    public static string FileName(IMethodSymbol method)
    {
        const int Longest = 120;
        string signature = method.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat);
        string type = method.ContainingType.ToDisplayString(new SymbolDisplayFormat(
            typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces));
        string readable = $"{type}.{method.Name}";
        if (readable.Length > Longest)
        {
            readable = readable.Substring(0, Longest);
        }

        uint hash = Hash($"{Arities(method.ContainingType)}{method.Arity} {signature}");
        return string.Format(CultureInfo.InvariantCulture, "{0}.{1:x8}.g.cs", readable, hash);
    }

    private static string TypeParameters(IReadOnlyCollection<ITypeParameterSymbol> parameters) =>
        parameters.Count == 0
            ? ""
            : $"<{string.Join(", ", parameters.Select(static parameter => Variance(parameter) + Names.Escaped(parameter.Name)))}>";

    private static string Variance(ITypeParameterSymbol parameter) => parameter.Variance switch
    {
        VarianceKind.In => "in ",
        VarianceKind.Out => "out ",
        _ => "",
    };

    private static string Keyword(INamedTypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Interface } => "interface",
        { TypeKind: TypeKind.Struct, IsRecord: true } => "record struct",
        { TypeKind: TypeKind.Struct } => "struct",
        { IsRecord: true } => "record",
        _ => "class",
    };

    private static string Arities(INamedTypeSymbol? type) =>
        type is null ? "" : Arities(type.ContainingType) + type.Arity.ToString(CultureInfo.InvariantCulture) + " ";

    /// <summary>FNV-1a of 32 bits (draft-eastlake-fnv): the same on every machine.</summary>
    private static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char letter in text)
        {
            hash = unchecked((hash ^ letter) * 16777619);
        }

        return hash;
    }
}
