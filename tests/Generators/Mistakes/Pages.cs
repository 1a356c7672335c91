using System.Reflection;
using Microsoft.CodeAnalysis;
using RateSync.Fast.Generators;

namespace RateSync.Fast.Tests.Generators.Mistakes;

/// <summary>Each mistake has a page, whose code before has the mistake and whose code after has none.</summary>
public class Pages
{
    private static readonly string s_folder = Folder(AppContext.BaseDirectory);

    public static TheoryData<string> Rules => [.. Descriptors.Keys];

    private static Dictionary<string, DiagnosticDescriptor> Descriptors { get; } = typeof(RateLimitedGenerator).Assembly
        .GetType("RateSync.Fast.Generators.Rules", throwOnError: true)!
        .GetFields(BindingFlags.Static | BindingFlags.Public)
        .Select(static field => field.GetValue(null))
        .OfType<DiagnosticDescriptor>()
        .ToDictionary(static rule => rule.Id, StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_code_of_a_page_has_the_mistake_before_and_none_after(string id)
    {
        string page = File.ReadAllText(Path.Combine(s_folder, "..", "..", Descriptors[id].HelpLinkUri));
        Assert.StartsWith($"# {id}: {Descriptors[id].Title}\n", page, StringComparison.Ordinal);
        string[] blocks = [.. Blocks(page)];
        Assert.Equal(2, blocks.Length);
        Assert.Equal(id, Assert.Single(Compiler.Generate(blocks[0]).Mistakes).Id);
        Compiler.Generate(blocks[1]).Load();
    }

    [Fact]
    public void There_is_a_page_for_each_mistake_and_no_other_and_the_overview_lists_them()
    {
        string[] rules = [.. Descriptors.Keys.Order(StringComparer.Ordinal)];
        Assert.Equal(17, rules.Length);
        Assert.Equal(rules, Directory.GetFiles(s_folder, "RSF*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        string overview = File.ReadAllText(Path.Combine(s_folder, "README.md"));
        Assert.All(Descriptors.Values, rule =>
            Assert.Contains($"| [{rule.Id}]({rule.Id}.md) | {rule.Title} |", overview, StringComparison.Ordinal));
    }

    [Fact]
    public void The_code_of_the_overview_compiles()
    {
        string[] blocks = [.. Blocks(File.ReadAllText(Path.Combine(s_folder, "README.md")))];
        Assert.NotEmpty(blocks);
        Assert.All(blocks, static block => Compiler.Generate(block).Load());
    }

    private static IEnumerable<string> Blocks(string page)
    {
        string[] parts = page.ReplaceLineEndings("\n").Split("\n```");
        for (int i = 1; i < parts.Length; i += 2)
        {
            // Those of csharp are programs, which the tests of the documents run.
            if (parts[i].StartsWith("cs\n", StringComparison.Ordinal))
            {
                yield return parts[i]["cs\n".Length..];
            }
        }
    }

    private static string Folder(string start) => File.Exists(Path.Combine(start, "RateSync.Fast.slnx"))
        ? Path.Combine(start, "docs", "generator")
        : Folder(Path.GetDirectoryName(start) ?? throw new InvalidOperationException("No folder above the tests is the repository."));
}
