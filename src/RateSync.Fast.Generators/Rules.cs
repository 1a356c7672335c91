using Microsoft.CodeAnalysis;

namespace RateSync.Fast.Generators;

/// <summary>
/// The mistakes that can be made with the attribute. All are errors: a method whose limit is not as written must not be built.
/// </summary>
internal static class Rules
{
    private const string Category = "RateSync.Fast";

    public static readonly DiagnosticDescriptor NotPartial = new(
        "RSF0001", "Method is not partial",
        "'{0}' has [RateLimited] but is not a partial method, so nothing limits it: {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: "docs/generator/RSF0001.md");

    public static readonly DiagnosticDescriptor TypeNotPartial = new(
        "RSF0002", "Type is not partial",
        "The body of '{0}' cannot be added to '{1}': {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: "docs/generator/RSF0002.md");

    public static readonly DiagnosticDescriptor HasBody = new(
        "RSF0003", "Method has a body",
        "'{0}' has a body, but [RateLimited] writes it: move yours into '{1}', and put the attribute on the declaration without a body",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: "docs/generator/RSF0003.md");

    public static readonly DiagnosticDescriptor UnsupportedReturn = new(
        "RSF0004", "Unsupported return type",
        "'{0}' returns {1}, whose work would run after the permit was given back: return {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: "docs/generator/RSF0004.md");

    public static readonly DiagnosticDescriptor UnsupportedParameter = new(
        "RSF0005", "Unsupported parameter",
        "Parameter '{0}' of '{1}' cannot be handed on: {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: "docs/generator/RSF0005.md");

    public static readonly DiagnosticDescriptor UnknownName = new(
        "RSF0006", "Unknown name in the limiter's id",
        "'{{{0}}}' in the limiter's id: '{1}' is no {2}; {3}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: "docs/generator/RSF0006.md");

    public static readonly DiagnosticDescriptor MalformedId = new(
        "RSF0007", "Malformed limiter id",
        "The limiter's id '{0}' is malformed at character {1}: {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: "docs/generator/RSF0007.md");

    public static readonly DiagnosticDescriptor EmptyId = new(
        "RSF0008", "Empty limiter id",
        "The limiter's id of '{0}' is empty: write the id of a limiter, as in [RateLimited(\"payments\")]",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: "docs/generator/RSF0008.md");

    public static readonly DiagnosticDescriptor InvalidTimeout = new(
        "RSF0009", "Invalid timeout",
        "A timeout of {0} s cannot be waited for: write 0 or more seconds, double.PositiveInfinity to wait for ever, "
            + "or no timeout for the limiter's own",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: "docs/generator/RSF0009.md");

    public static readonly DiagnosticDescriptor SynchronousTimeout = new(
        "RSF0010", "Timeout of a synchronous method",
        "'{0}' is synchronous and never waits, so it cannot have a timeout: remove the timeout, or return Task or ValueTask",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: "docs/generator/RSF0010.md");

    public static readonly DiagnosticDescriptor NoImplementation = new(
        "RSF0011", "Implementation is missing",
        "There is no method '{0}' that does the work of '{1}': write '{2}'",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: "docs/generator/RSF0011.md");

    public static readonly DiagnosticDescriptor OtherSignature = new(
        "RSF0012", "Implementation has another signature",
        "'{0}' cannot do the work of '{1}' because {2}: write '{3}'",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: "docs/generator/RSF0012.md");

    public static readonly DiagnosticDescriptor ManyTokens = new(
        "RSF0013", "More than one CancellationToken",
        "'{0}' has {1} CancellationToken parameters, and which of them cancels the waiting is not clear: keep one",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: "docs/generator/RSF0013.md");

    public static readonly DiagnosticDescriptor AsyncVoid = new(
        "RSF0014", "Method is async void",
        "'{0}' is async void, so its permit would be given back at its first await: return Task or ValueTask",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: "docs/generator/RSF0014.md");

    public static readonly DiagnosticDescriptor InvalidPermits = new(
        "RSF0015", "Invalid number of permits",
        "'{0}' cannot take {1} permits for a call: write 1 or more",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: "docs/generator/RSF0015.md");

    public static readonly DiagnosticDescriptor UnusableRegistry = new(
        "RSF0016", "Registry cannot be used",
        "'{0}' cannot be the registry of '{1}': {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: "docs/generator/RSF0016.md");

    public static readonly DiagnosticDescriptor NotText = new(
        "RSF0017", "Value cannot be part of the limiter's id",
        "'{{{0}}}' in the limiter's id is of type '{1}', which has no text of its own: {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: "docs/generator/RSF0017.md");
}
