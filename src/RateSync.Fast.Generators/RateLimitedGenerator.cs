using Microsoft.CodeAnalysis;
using RateSync.Fast.Generators.Model;
using RateSync.Fast.Generators.Reading;
using RateSync.Fast.Generators.Writing;

namespace RateSync.Fast.Generators;

/// <summary>
/// Writes the bodies of the partial methods that have <c>[RateLimited]</c>: acquire, call the method that does the work, give back.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class RateLimitedGenerator : IIncrementalGenerator
{
    internal const string Attribute = "RateSync.Fast.RateLimitedAttribute";

    /// <summary>The step whose results are compared, so that an edit elsewhere writes nothing again.</summary>
    internal const string Step = "RateLimited";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<Outcome> outcomes = context.SyntaxProvider
            .ForAttributeWithMetadataName(Attribute, static (_, _) => true, MethodReader.Read)
            .WithTrackingName(Step);

        context.RegisterSourceOutput(
            outcomes.SelectMany(static (outcome, _) => outcome.Findings),
            static (output, finding) => output.ReportDiagnostic(finding.ToDiagnostic()));
        context.RegisterSourceOutput(
            outcomes.Where(static outcome => outcome.Method is not null).Select(static (outcome, _) => outcome.Method!),
            static (output, method) => output.AddSource(method.FileName, MethodWriter.Write(method)));
    }
}
