using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RateSync.Fast.Generators.Reading;

/// <summary>Turns a limiter's id into the expression that makes it.</summary>
internal static class LimiterId
{
    /// <summary>The expression; null if the id is wrong, which is then among the findings.</summary>
    public static string? Read(string id, IMethodSymbol method, Compilation compilation, Location location, Findings findings)
    {
        if (string.IsNullOrWhiteSpace(id))
        {
            findings.Add(Rules.EmptyId, location, method.Name);
            return null;
        }

        IReadOnlyList<IdPart> parts = IdTemplate.Parse(id, out string? defect, out int position);
        if (defect is not null)
        {
            findings.Add(Rules.MalformedId, location, id, position.ToString(System.Globalization.CultureInfo.InvariantCulture), defect);
            return null;
        }

        if (!parts.Any(static part => part.IsHole))
        {
            return SymbolDisplay.FormatLiteral(parts[0].Text, quote: true);
        }

        StringBuilder text = new();
        foreach (IdPart part in parts)
        {
            if (!part.IsHole)
            {
                string literal = SymbolDisplay.FormatLiteral(part.Text, quote: true);
                text.Append(literal.Substring(1, literal.Length - 2).Replace("{", "{{").Replace("}", "}}"));
            }
            else if (Expression(part.Text, method, compilation, location, findings) is { } expression)
            {
                text.Append('{').Append(expression).Append('}');
            }
            else
            {
                return null;
            }
        }

        return $"string.Create(global::System.Globalization.CultureInfo.InvariantCulture, $\"{text}\")";
    }

    private static string? Expression(string hole, IMethodSymbol method, Compilation compilation, Location location, Findings findings)
    {
        string[] names = [.. hole.Split('.').Select(static name => name.TrimStart('@'))];
        IParameterSymbol? parameter = method.Parameters.FirstOrDefault(candidate => Names.Same(candidate.Name, names[0]));
        if (parameter is null)
        {
            findings.Add(
                Rules.UnknownName, location, hole, names[0], $"parameter of '{method.Name}'",
                Advice(
                    names[0], [.. method.Parameters.Select(static candidate => candidate.Name)],
                    "it has no parameters; double the braces to mean them, '{{'"));
            return null;
        }

        string expression = Names.Escaped(parameter.Name);
        ITypeSymbol type = parameter.Type;
        foreach (string name in names.Skip(1))
        {
            ITypeSymbol owner = Underlying(type);
            ISymbol[] members = [.. Members(owner).Where(member => compilation.IsSymbolAccessibleWithin(member, method.ContainingType))];
            ISymbol? member = members.FirstOrDefault(candidate => Names.Same(candidate.Name, name));
            if (member is null)
            {
                findings.Add(
                    Rules.UnknownName, location, hole, name, $"field or property of '{Names.Short(owner)}'",
                    Advice(name, [.. members.Select(static candidate => candidate.Name).Distinct(StringComparer.Ordinal)], "it has none"));
                return null;
            }

            bool mayBeNull = !type.IsValueType || !SymbolEqualityComparer.Default.Equals(type, owner);
            expression += (mayBeNull ? "?." : ".") + Names.Escaped(name);
            type = member is IPropertySymbol property ? property.Type : ((IFieldSymbol)member).Type;
        }

        if (HasText(type))
        {
            return expression;
        }

        findings.Add(
            Rules.NotText, location, hole, Names.Short(type),
            "all its values would have the same limiter; name a member that tells them apart, or give the type a ToString of its own");
        return null;
    }

    private static string Advice(string written, string[] candidates, string none) => candidates.Length == 0
        ? none
        : Spelling.Nearest(written, candidates) is { } nearest
            ? $"did you mean '{nearest}'?"
            : "there is " + string.Join(", ", candidates.Take(8).Select(static candidate => $"'{candidate}'"));

    /// <summary>The type whose members can be named: T of a nullable T.</summary>
    private static ITypeSymbol Underlying(ITypeSymbol type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable
            ? nullable.TypeArguments[0]
            : type;

    /// <summary>The fields and properties that an expression can name, those of the most derived type first.</summary>
    private static IEnumerable<ISymbol> Members(ITypeSymbol type)
    {
        IEnumerable<ITypeSymbol> types = type is ITypeParameterSymbol parameter
            ? parameter.ConstraintTypes.SelectMany(static constraint => Hierarchy(constraint))
            : Hierarchy(type);
        return types.SelectMany(static owner => owner.GetMembers()).Where(static member =>
            member is { IsStatic: false, CanBeReferencedByName: true }
            && member is IFieldSymbol or IPropertySymbol { IsIndexer: false, GetMethod: not null });
    }

    private static IEnumerable<ITypeSymbol> Hierarchy(ITypeSymbol type) =>
        type.TypeKind == TypeKind.Interface ? Names.Bases(type).Concat(type.AllInterfaces) : Names.Bases(type);

    /// <summary>Whether values of the type can be told apart by their text. What is known only at run time is believed.</summary>
    private static bool HasText(ITypeSymbol type)
    {
        ITypeSymbol value = Underlying(type);
        if (value.IsRefLikeType)
        {
            return (Names.Is(value, "System", "ReadOnlySpan`1") || Names.Is(value, "System", "Span`1"))
                && ((INamedTypeSymbol)value).TypeArguments[0].SpecialType == SpecialType.System_Char;
        }

        if (value.TypeKind is TypeKind.TypeParameter or TypeKind.Interface or TypeKind.Dynamic or TypeKind.Error or TypeKind.Enum
            || value.SpecialType == SpecialType.System_Object)
        {
            return true;
        }

        return value.TypeKind is TypeKind.Class or TypeKind.Struct && Names.Bases(value)
            .TakeWhile(static owner => owner.SpecialType is not (SpecialType.System_Object or SpecialType.System_ValueType))
            .SelectMany(static owner => owner.GetMembers("ToString"))
            .Any(static method => method is IMethodSymbol { IsOverride: true, Parameters.Length: 0 });
    }
}
