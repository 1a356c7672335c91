using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RateSync.Fast.Generators;

namespace RateSync.Fast.Tests.Generators;

/// <summary>Compiles code together with what the generator writes for it.</summary>
internal static class Compiler
{
    public const string Usings = """
        global using System; global using System.Collections.Generic; global using System.Linq;
        global using System.Runtime.CompilerServices;
        global using System.Threading; global using System.Threading.Tasks; global using RateSync.Fast; global using Xunit;
        """;

    private static readonly MetadataReference[] s_references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(static path => MetadataReference.CreateFromFile(path))];

    public static CSharpCompilation Compile(
        string code, string more = "", NullableContextOptions nullable = NullableContextOptions.Enable) => CSharpCompilation.Create(
        "Code" + Guid.NewGuid().ToString("N"),
        [Parse(Usings, "Usings.cs"), Parse(LimitsCode.Text, "Limits.cs"), Parse(more, "More.cs"), Parse(code, "Code.cs")],
        s_references,
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            allowUnsafe: true,
            nullableContextOptions: nullable,
            generalDiagnosticOption: ReportDiagnostic.Error));

    public static SyntaxTree Parse(string code, string path) => CSharpSyntaxTree.ParseText(code, path: path);

    public static Compiled Generate(string code, string more = "", NullableContextOptions nullable = NullableContextOptions.Enable)
    {
        CSharpCompilation compiled = Compile(code, more, nullable);
        CSharpGeneratorDriver.Create(new RateLimitedGenerator())
            .RunGeneratorsAndUpdateCompilation(compiled, out Compilation compilation, out ImmutableArray<Diagnostic> mistakes);
        return new Compiled(code, compilation, mistakes);
    }
}
