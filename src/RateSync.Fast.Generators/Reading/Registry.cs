using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RateSync.Fast.Generators.Reading;

/// <summary>Finds what is asked for permits: the registry of the process, or a member of the containing type.</summary>
internal static class Registry
{
    private const string Process = "global::RateSync.Fast.RateLimit";

    /// <summary>The expression; null if there is no such registry, which is then among the findings.</summary>
    public static string? Read(IMethodSymbol method, Arguments arguments, Compilation compilation, Findings findings)
    {
        if (arguments.Registry is not { } name)
        {
            return Process;
        }

        ISymbol? member = Names.Bases(method.ContainingType)
            .SelectMany(type => type.GetMembers(name))
            .Where(static found => found is IFieldSymbol or IPropertySymbol)
            .FirstOrDefault(found => compilation.IsSymbolAccessibleWithin(found, method.ContainingType))
            ?? PrimaryParameter(method.ContainingType, name);
        string? defect = Defect(member, method);
        if (defect is null)
        {
            return member switch
            {
                IParameterSymbol => Names.Escaped(name),
                { IsStatic: true } => $"{Names.Full(member.ContainingType)}.{Names.Escaped(name)}",
                _ => "this." + Names.Escaped(name),
            };
        }

        findings.Add(Rules.UnusableRegistry, arguments.LocationOf(nameof(Arguments.Registry)), name, method.Name, defect);
        return null;
    }

    private static string? Defect(ISymbol? member, IMethodSymbol method)
    {
        string type = method.ContainingType.Name;
        ITypeSymbol? held = member switch
        {
            IFieldSymbol field => field.Type,
            IPropertySymbol { GetMethod: not null } property => property.Type,
            IParameterSymbol parameter => parameter.Type,
            _ => null,
        };
        if (held is null)
        {
            return $"'{type}' has no such field, readable property or primary constructor parameter; "
                + "add 'private readonly LimiterRegistry _registry'";
        }

        if (!Names.Is(held, "RateSync.Fast", "LimiterRegistry"))
        {
            return $"it is '{Names.Short(held)}'; name a 'LimiterRegistry'";
        }

        if (method.IsStatic && !member!.IsStatic)
        {
            return $"'{method.Name}' is static and it is not; make both static or neither";
        }

        return member is IParameterSymbol && method.Parameters.Any(parameter => Names.Same(parameter.Name, member.Name))
            ? $"a parameter of '{method.Name}' hides it; rename one of them"
            : null;
    }

    private static IParameterSymbol? PrimaryParameter(INamedTypeSymbol type, string name) => type.InstanceConstructors
        .Where(static constructor => constructor.DeclaringSyntaxReferences
            .Any(static reference => reference.GetSyntax() is TypeDeclarationSyntax))
        .SelectMany(static constructor => constructor.Parameters)
        .FirstOrDefault(parameter => Names.Same(parameter.Name, name));
}
