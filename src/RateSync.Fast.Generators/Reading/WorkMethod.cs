using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RateSync.Fast.Generators.Reading;

/// <summary>Finds the method that does the work of another, and writes its call.</summary>
internal static class WorkMethod
{
    /// <summary>The call; null if there is no such method, which is then among the findings.</summary>
    public static string? Read(
        IMethodSymbol method,
        MethodDeclarationSyntax declaration,
        Arguments arguments,
        Compilation compilation,
        bool synchronous,
        Findings findings)
    {
        string name = arguments.Implementation ?? Names.Core(method.Name);
        Location location = arguments.Implementation is null
            ? declaration.Identifier.GetLocation()
            : arguments.LocationOf(nameof(Arguments.Implementation));
        IMethodSymbol[] candidates = [.. Names.Bases(method.ContainingType)
            .SelectMany(type => type.GetMembers(name).OfType<IMethodSymbol>())
            .Where(candidate => candidate.MethodKind == MethodKind.Ordinary && !SymbolEqualityComparer.Default.Equals(candidate, method)
                && compilation.IsSymbolAccessibleWithin(candidate, method.ContainingType))];
        string wanted = Declaration(method, name, synchronous);
        if (candidates.Length == 0)
        {
            findings.Add(Rules.NoImplementation, location, name, method.Name, wanted);
            return null;
        }

        IMethodSymbol? work = candidates.FirstOrDefault(candidate => Difference(candidate, method) is null);
        if (work is null)
        {
            // The nearest of several is the one with as many parameters.
            IMethodSymbol nearest = candidates.FirstOrDefault(candidate => candidate.Parameters.Length == method.Parameters.Length)
                ?? candidates[0];
            findings.Add(Rules.OtherSignature, location, name, method.Name, Difference(nearest, method)!, wanted);
            return null;
        }

        if (work is { IsAsync: true, ReturnsVoid: true })
        {
            findings.Add(Rules.AsyncVoid, location, name);
            return null;
        }

        string target = work.IsStatic ? Names.Full(work.ContainingType.WithNullableAnnotation(NullableAnnotation.NotAnnotated)) : "this";
        string types = Headers.TypeArguments(method);
        string handed = string.Join(", ", method.Parameters.Select(static parameter => Names.Escaped(parameter.Name)));
        return $"{target}.{Names.Escaped(name)}{types}({handed})";
    }

    /// <summary>Why the candidate cannot be called in the method's stead; null if it can.</summary>
    private static string? Difference(IMethodSymbol candidate, IMethodSymbol method)
    {
        if (candidate.Arity != method.Arity)
        {
            return $"it has {Count(candidate.Arity, "type parameter")} instead of {method.Arity}";
        }

        if (method.IsStatic && !candidate.IsStatic)
        {
            return $"it is not static as '{method.Name}' is";
        }

        IMethodSymbol called = candidate.Arity == 0
            ? candidate
            : candidate.Construct(method.TypeArguments, method.TypeArgumentNullableAnnotations);
        if (called.Parameters.Length != method.Parameters.Length)
        {
            return $"it has {Count(called.Parameters.Length, "parameter")} instead of {method.Parameters.Length}";
        }

        for (int i = 0; i < called.Parameters.Length; i++)
        {
            IParameterSymbol parameter = called.Parameters[i];
            if (parameter.RefKind != RefKind.None || !Same(parameter.Type, method.Parameters[i].Type))
            {
                string passed = parameter.RefKind == RefKind.None ? "" : Parameters.Keyword(parameter.RefKind) + " ";
                string found = passed + Names.Short(parameter.Type);
                return $"its parameter '{parameter.Name}' is '{found}' instead of '{Names.Short(method.Parameters[i].Type)}'";
            }
        }

        if (called.RefKind != RefKind.None || !Same(called.ReturnType, method.ReturnType))
        {
            string found = (called.RefKind == RefKind.None ? "" : "ref ") + Names.Short(called.ReturnType);
            return $"it returns '{found}' instead of '{Names.Short(method.ReturnType)}'";
        }

        return candidate.TypeParameters.Zip(method.TypeParameters, SameConstraints).All(static same => same)
            ? null
            : "its type parameters have other constraints";
    }

    // With the signs of nullable references, and alike whether they are enabled or not.
    private static bool Same(ITypeSymbol left, ITypeSymbol right) => Names.Same(Names.Full(left), Names.Full(right));

    private static bool SameConstraints(ITypeParameterSymbol left, ITypeParameterSymbol right) =>
        left.HasReferenceTypeConstraint == right.HasReferenceTypeConstraint
        && left.HasValueTypeConstraint == right.HasValueTypeConstraint
        && left.HasUnmanagedTypeConstraint == right.HasUnmanagedTypeConstraint
        && left.HasNotNullConstraint == right.HasNotNullConstraint
        && left.HasConstructorConstraint == right.HasConstructorConstraint
        && left.ConstraintTypes.Length == right.ConstraintTypes.Length;

    private static string Declaration(IMethodSymbol method, string name, bool synchronous)
    {
        string modifiers = "private " + (method.IsStatic ? "static " : "") + (synchronous ? "" : "async ");
        string parameters = string.Join(
            ", ", method.Parameters.Select(static parameter => $"{Names.Short(parameter.Type)} {Names.Escaped(parameter.Name)}"));
        string head = $"{modifiers}{Names.Short(method.ReturnType)} {name}{Headers.TypeArguments(method)}({parameters})";
        return string.Join(" ", [head, .. Names.Constraints(method.TypeParameters)]);
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : FormattableString.Invariant($"{count} {noun}s");
}
