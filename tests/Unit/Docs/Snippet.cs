using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RateSync.Fast.Generators;

namespace RateSync.Fast.Tests.Unit.Docs;

/// <summary>A block of code in a document, the configuration that stands before it, and what it is said to print.</summary>
internal sealed record Snippet(string File, int Line, string Info, string Code, string? Output, string? Configuration = null)
{
    private const string Usings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;"
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly Lock s_console = new();

    private static readonly MetadataReference[] s_references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(static path => MetadataReference.CreateFromFile(path))];

    private static readonly CSharpCompilation s_empty = Empty();

    public string Place => $"{File}:{Line}";

    public static IEnumerable<Snippet> ReadAll(string file, string text)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        string? configuration = null;
        for (int i = 0; i < lines.Length; i++)
        {
            // A file goes with the program that follows it in the same section.
            if (lines[i].StartsWith('#'))
            {
                configuration = null;
            }
            else if (lines[i] == "```toml")
            {
                configuration = Block(lines, ref i);
            }

            if (!lines[i].StartsWith("```csharp", StringComparison.Ordinal))
            {
                continue;
            }

            int start = i;
            string code = Block(lines, ref i);
            int next = i + 1;
            while (next < lines.Length && lines[next].Length == 0)
            {
                next++;
            }

            string? output = next < lines.Length && lines[next] == "```text" ? Block(lines, ref next) : null;
            yield return new Snippet(file, start + 1, lines[start]["```".Length..].Trim(), code, output, configuration);
        }
    }

    /// <summary>All configuration files of a document.</summary>
    public static IEnumerable<(int Line, string Text)> ReadConfigurations(string text)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i] == "```toml")
            {
                int line = i + 1;
                yield return (line, Block(lines, ref i));
            }
        }
    }

    /// <summary>What is wrong with it; null if nothing is.</summary>
    public string? Check()
    {
        if (Info != "csharp")
        {
            return $"{Place}: every block is compiled and run, there is no '{Info}'";
        }

        CSharpCompilation compilation = s_empty.AddSyntaxTrees(CSharpSyntaxTree.ParseText(Code));
        CSharpGeneratorDriver.Create(new RateLimitedGenerator())
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation complete, out ImmutableArray<Diagnostic> mistakes);
        using MemoryStream image = new();
        Diagnostic[] errors = [.. mistakes.Concat(complete.Emit(image).Diagnostics).Where(static d => d.Severity == DiagnosticSeverity.Error)];
        if (errors.Length > 0)
        {
            return $"{Place}: {string.Join("; ", errors.AsEnumerable())}";
        }

        image.Position = 0;
        AssemblyLoadContext context = new(Place, isCollectible: true);
        StringWriter printed = new();
        lock (s_console)
        {
            TextWriter console = Console.Out;
            Console.SetOut(printed);
            string? path = WriteConfiguration();

            // As a program that was just started, in a directory with that file or with none.
            using LimiterRegistry registry = new(new LimiterRegistryOptions { ConfigurationPath = path, AutoLoad = false });
            LimiterRegistry? before = RateLimit.UseRegistry(registry);
            try
            {
                MethodInfo main = context.LoadFromStream(image).EntryPoint!;
                object? result = main.Invoke(null, main.GetParameters().Length == 0 ? null : [Array.Empty<string>()]);
                (result as Task)?.GetAwaiter().GetResult();
            }
            catch (Exception e)
            {
                return $"{Place}: {e.InnerException ?? e}";
            }
            finally
            {
                RateLimit.UseRegistry(before);
                Console.SetOut(console);
                context.Unload();
                if (path is not null)
                {
                    Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
                }
            }
        }

        string found = printed.ToString().ReplaceLineEndings("\n").TrimEnd();
        return Output is null || Output.TrimEnd() == found ? null : $"{Place}: says\n{Output}\nprints\n{found}";
    }

    /// <summary>All start from this one, so that the references are looked into once.</summary>
    private static CSharpCompilation Empty()
    {
        CSharpCompilation empty = CSharpCompilation.Create(
            "Snippet",
            [CSharpSyntaxTree.ParseText(Usings)],
            s_references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        _ = empty.GetSpecialType(SpecialType.System_Object);
        return empty;
    }

    private string? WriteConfiguration()
    {
        if (Configuration is null)
        {
            return null;
        }

        string path = Path.Combine(Directory.CreateTempSubdirectory("rate-sync-docs-").FullName, "rate-sync.toml");
        System.IO.File.WriteAllText(path, Configuration);
        return path;
    }

    private static string Block(string[] lines, ref int i)
    {
        int end = Array.IndexOf(lines, "```", i + 1);
        if (end < 0)
        {
            end = lines.Length;
        }

        string block = string.Join('\n', lines[(i + 1)..end]);
        i = end;
        return block;
    }
}
