using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RateSync.Fast.Generators.Model;

namespace RateSync.Fast.Generators.Reading;

/// <summary>Tells how a method gives its result.</summary>
internal static class Shapes
{
    private const string Tasks = "System.Threading.Tasks";
    private const string Generic = "System.Collections.Generic";

    /// <summary>The shape; null if a permit cannot be held for as long as the work lasts, which is then among the findings.</summary>
    public static MethodShape? Read(IMethodSymbol method, MethodDeclarationSyntax declaration, Findings findings)
    {
        if (method.ReturnsVoid)
        {
            if (!declaration.Modifiers.Any(SyntaxKind.AsyncKeyword))
            {
                return MethodShape.Void;
            }

            findings.Add(Rules.AsyncVoid, declaration.Identifier.GetLocation(), method.Name);
            return null;
        }

        ITypeSymbol type = method.ReturnType;
        if (method.RefKind != RefKind.None)
        {
            findings.Add(Rules.UnsupportedReturn, declaration.ReturnType.GetLocation(), method.Name, "a reference", "the value");
            return null;
        }

        if (Names.Is(type, Tasks, "Task") || Names.Is(type, Tasks, "ValueTask"))
        {
            return MethodShape.Awaited;
        }

        if (Names.Is(type, Tasks, "Task`1") || Names.Is(type, Tasks, "ValueTask`1"))
        {
            return MethodShape.AwaitedValue;
        }

        if (Names.Is(type, Generic, "IAsyncEnumerable`1"))
        {
            return MethodShape.Sequence;
        }

        if (Instead(type) is not { } instead)
        {
            return MethodShape.Value;
        }

        findings.Add(Rules.UnsupportedReturn, declaration.ReturnType.GetLocation(), method.Name, $"'{Names.Short(type)}'", instead);
        return null;
    }

    /// <summary>What to return instead of a type that stands for work which has not been done yet; null if it does not.</summary>
    private static string? Instead(ITypeSymbol type)
    {
        if (type.OriginalDefinition.SpecialType
            is SpecialType.System_Collections_IEnumerable or SpecialType.System_Collections_IEnumerator
            or SpecialType.System_Collections_Generic_IEnumerable_T or SpecialType.System_Collections_Generic_IEnumerator_T)
        {
            return "a list or an array, or IAsyncEnumerable";
        }

        if (type.AllInterfaces.Append(type).Any(static contract =>
            Names.Is(contract, Generic, "IAsyncEnumerable`1") || Names.Is(contract, Generic, "IAsyncEnumerator`1")))
        {
            return "IAsyncEnumerable";
        }

        return Names.Bases(type)
            .SelectMany(static owner => owner.GetMembers("GetAwaiter"))
            .Any(static method => method is IMethodSymbol { IsStatic: false, Parameters.Length: 0 })
                ? "Task or ValueTask"
                : null;
    }
}
