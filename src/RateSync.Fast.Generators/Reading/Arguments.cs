using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RateSync.Fast.Generators.Reading;

/// <summary>What is written in the attribute, and where.</summary>
internal sealed class Arguments(AttributeData data, AttributeSyntax syntax)
{
    public string LimiterId => data.ConstructorArguments[0].Value as string ?? "";

    public double Timeout => Named(nameof(Timeout)) as double? ?? double.NaN;

    public int Permits => Named(nameof(Permits)) as int? ?? 1;

    public string? Implementation => Named(nameof(Implementation)) as string;

    public string? Registry => Named(nameof(Registry)) as string;

    public Location IdLocation =>
        (syntax.ArgumentList?.Arguments.FirstOrDefault(static argument => argument.NameEquals is null)?.Expression ?? (SyntaxNode)syntax)
            .GetLocation();

    /// <summary>Null if the attribute is not yet written as it can be compiled.</summary>
    public static Arguments? Of(AttributeData data, CancellationToken cancellation) =>
        data.ConstructorArguments.Length == 1 && data.ConstructorArguments[0].Kind == TypedConstantKind.Primitive
        && data.ApplicationSyntaxReference?.GetSyntax(cancellation) is AttributeSyntax syntax
            ? new Arguments(data, syntax)
            : null;

    public Location LocationOf(string name) =>
        (syntax.ArgumentList?.Arguments
            .FirstOrDefault(argument => Names.Same(argument.NameEquals?.Name.Identifier.ValueText, name))
            ?? (SyntaxNode)syntax).GetLocation();

    private object? Named(string name) =>
        data.NamedArguments.FirstOrDefault(pair => Names.Same(pair.Key, name)).Value.Value;
}
