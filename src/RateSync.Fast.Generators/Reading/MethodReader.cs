using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RateSync.Fast.Generators.Model;

namespace RateSync.Fast.Generators.Reading;

/// <summary>Reads one method that has the attribute.</summary>
internal static class MethodReader
{
    private const double MostSeconds = 9e11;

    private static readonly long s_forever = Timeout.InfiniteTimeSpan.Ticks;

    public static Outcome Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        Findings findings = new();
        if (context.TargetSymbol is not IMethodSymbol method || Arguments.Of(context.Attributes[0], cancellation) is not { } arguments)
        {
            return findings.ToOutcome();
        }

        if (Declaration(context.TargetNode, method, arguments, findings) is not { } declaration
            || !CanBeContinued(declaration, method, findings))
        {
            return findings.ToOutcome();
        }

        Compilation compilation = context.SemanticModel.Compilation;
        MethodShape? shape = Shapes.Read(method, declaration, findings);
        bool synchronous = shape is MethodShape.Void or MethodShape.Value;
        Parameters.Check(method, declaration, shape is not null && !synchronous, findings);
        string? id = LimiterId.Read(arguments.LimiterId, method, compilation, arguments.IdLocation, findings);
        string? limits = Registry.Read(method, arguments, compilation, findings);
        CheckNumbers(method, arguments, synchronous, findings);
        cancellation.ThrowIfCancellationRequested();

        // A method that cannot be written in any case need not be told how the other must look.
        string? work = shape is null ? null : WorkMethod.Read(method, declaration, arguments, compilation, synchronous, findings);
        if (findings.Any)
        {
            return findings.ToOutcome();
        }

        return findings.ToOutcome(new LimitedMethod
        {
            FileName = Headers.FileName(method),
            Namespace = Names.Namespace(method.ContainingNamespace),
            Types = new([.. Headers.Types(method.ContainingType, synchronous && IsUnsafe(declaration))]),
            Modifiers = new([.. declaration.Modifiers
                .Where(static modifier => !modifier.IsKind(SyntaxKind.PartialKeyword) && !modifier.IsKind(SyntaxKind.AsyncKeyword))
                .Select(static modifier => modifier.Text)]),
            Shape = shape!.Value,
            ReturnType = method.ReturnsVoid ? "void" : Names.Full(method.ReturnType),
            Name = Headers.NameOf(method),
            Parameters = new([.. Parameters.Declare(method, declaration, shape == MethodShape.Sequence)]),
            Constraints = new([.. Names.Constraints(method.TypeParameters)]),
            Limits = limits!,
            LimiterId = id!,
            Permits = arguments.Permits,
            TimeoutTicks = Ticks(arguments.Timeout),
            CancellationToken = method.Parameters.FirstOrDefault(static parameter => Names.IsCancellationToken(parameter.Type)) is { } token
                ? Names.Escaped(token.Name)
                : null,
            Work = work!,
            Local = Headers.FreeName(method, shape == MethodShape.Sequence ? "item" : "decision"),
        });
    }

    /// <summary>The declaration whose body can be written; null if there is none.</summary>
    private static MethodDeclarationSyntax? Declaration(SyntaxNode node, IMethodSymbol method, Arguments arguments, Findings findings)
    {
        string core = arguments.Implementation ?? Names.Core(method.Name);
        if (node is not MethodDeclarationSyntax declaration)
        {
            Location location = node is LocalFunctionStatementSyntax local ? local.Identifier.GetLocation() : node.GetLocation();
            string name = method.Name.Length == 0 ? "lambda expression" : method.Name;
            findings.Add(Rules.NotPartial, location, name, "only a method of a type can be; move the code into one");
            return null;
        }

        if (!declaration.Modifiers.Any(SyntaxKind.PartialKeyword))
        {
            findings.Add(
                Rules.NotPartial, declaration.Identifier.GetLocation(), method.Name,
                $"write 'partial' before its return type, end the declaration with ';', and move its body into '{core}'");
            return null;
        }

        if (declaration.Body is not null || declaration.ExpressionBody is not null || method.PartialImplementationPart is not null)
        {
            findings.Add(Rules.HasBody, declaration.Identifier.GetLocation(), method.Name, core);
            return null;
        }

        return declaration;
    }

    /// <summary>Whether another file can add to the containing types.</summary>
    private static bool CanBeContinued(MethodDeclarationSyntax declaration, IMethodSymbol method, Findings findings)
    {
        bool can = true;
        foreach (TypeDeclarationSyntax type in declaration.Ancestors().OfType<TypeDeclarationSyntax>())
        {
            string? defect = !type.Modifiers.Any(SyntaxKind.PartialKeyword) ? $"write 'partial' before '{type.Keyword.Text}'"
                : type.Modifiers.Any(SyntaxKind.FileKeyword) ? "no other file can add to a type of one file; remove 'file'"
                : null;
            if (defect is not null)
            {
                findings.Add(Rules.TypeNotPartial, type.Identifier.GetLocation(), method.Name, type.Identifier.ValueText, defect);
                can = false;
            }
        }

        return can;
    }

    /// <summary>Whether a type around the method lets it use pointers, as another part of that type would have to say again.</summary>
    private static bool IsUnsafe(MethodDeclarationSyntax declaration) =>
        declaration.Ancestors().OfType<TypeDeclarationSyntax>().Any(static type => type.Modifiers.Any(SyntaxKind.UnsafeKeyword));

    private static void CheckNumbers(IMethodSymbol method, Arguments arguments, bool synchronous, Findings findings)
    {
        double timeout = arguments.Timeout;
        string written = timeout.ToString(CultureInfo.InvariantCulture);
        if (!double.IsNaN(timeout) && synchronous)
        {
            findings.Add(Rules.SynchronousTimeout, arguments.LocationOf(nameof(Arguments.Timeout)), method.Name);
        }
        else if (timeout < 0 || (timeout > MostSeconds && !double.IsPositiveInfinity(timeout)))
        {
            findings.Add(Rules.InvalidTimeout, arguments.LocationOf(nameof(Arguments.Timeout)), written);
        }

        if (arguments.Permits < 1)
        {
            findings.Add(
                Rules.InvalidPermits, arguments.LocationOf(nameof(Arguments.Permits)), method.Name,
                arguments.Permits.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Seconds as ticks, rounded up so that a short wait is never none.</summary>
    private static long? Ticks(double seconds) => double.IsNaN(seconds) ? null
        : double.IsPositiveInfinity(seconds) ? s_forever
        : (long)Math.Ceiling(Math.Round(seconds * TimeSpan.TicksPerSecond, 3));
}
