using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RateSync.Fast.Generators.Reading;

/// <summary>Checks and declares the parameters of a method.</summary>
internal static class Parameters
{
    private const string EnumeratorCancellation = "EnumeratorCancellationAttribute";

    public static void Check(IMethodSymbol method, MethodDeclarationSyntax declaration, bool asynchronous, Findings findings)
    {
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            string? defect = parameter.RefKind != RefKind.None
                ? $"it is passed by reference; remove '{Keyword(parameter.RefKind)}' and return what changes"
                : asynchronous && !Keeps(parameter.Type)
                    ? $"a value of type '{Names.Short(parameter.Type)}' cannot be kept while waiting; "
                        + "pass Memory or an array, or make the method synchronous"
                    : null;
            if (defect is not null)
            {
                findings.Add(Rules.UnsupportedParameter, LocationOf(parameter, declaration), parameter.Name, method.Name, defect);
            }
        }

        if (asynchronous && method is { IsStatic: false, ContainingType.IsRefLikeType: true })
        {
            findings.Add(
                Rules.UnsupportedParameter, declaration.Identifier.GetLocation(), "this", method.Name,
                $"a value of type '{Names.Short(method.ContainingType)}' cannot be kept while waiting; make the method synchronous");
        }

        IParameterSymbol[] tokens = [.. method.Parameters.Where(static parameter => Names.IsCancellationToken(parameter.Type))];
        if (tokens.Length > 1)
        {
            string count = tokens.Length.ToString(CultureInfo.InvariantCulture);
            findings.Add(Rules.ManyTokens, LocationOf(tokens[tokens.Length - 1], declaration), method.Name, count);
        }
    }

    /// <summary>The parameters as the other part of a partial method declares them: without defaults.</summary>
    public static IEnumerable<string> Declare(IMethodSymbol method, MethodDeclarationSyntax declaration, bool sequence)
    {
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            // The token of GetAsyncEnumerator is the caller's as well. Attributes of both parts add up, and this one may stand only once.
            bool marked = sequence && Names.IsCancellationToken(parameter.Type) && !parameter.GetAttributes()
                .Any(static attribute => Names.Same(attribute.AttributeClass?.Name, EnumeratorCancellation));
            string mark = marked ? $"[global::System.Runtime.CompilerServices.{EnumeratorCancellation}] " : "";
            string modifiers = string.Concat(
                declaration.ParameterList.Parameters[parameter.Ordinal].Modifiers.Select(static modifier => modifier.Text + " "));
            yield return $"{mark}{modifiers}{Names.Full(parameter.Type)} {Names.Escaped(parameter.Name)}";
        }
    }

    private static Location LocationOf(IParameterSymbol parameter, MethodDeclarationSyntax declaration) =>
        declaration.ParameterList.Parameters[parameter.Ordinal].GetLocation();

    private static bool Keeps(ITypeSymbol type) =>
        !type.IsRefLikeType
        && type.TypeKind is not (TypeKind.Pointer or TypeKind.FunctionPointer)
        && type is not ITypeParameterSymbol { AllowsRefLikeType: true };

    public static string Keyword(RefKind kind) => kind switch
    {
        RefKind.Ref => "ref",
        RefKind.Out => "out",
        RefKind.In => "in",
        _ => "ref readonly",
    };
}
