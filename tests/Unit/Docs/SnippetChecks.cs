namespace RateSync.Fast.Tests.Unit.Docs;

/// <summary>The checker of the documents finds what is wrong.</summary>
public class SnippetChecks
{
    [Theory]
    [InlineData("RateSync.Fast.TokenBucket bucket = new(1, 1);\nConsole.WriteLine(bucket.TryAcquire());", "True")]
    [InlineData("await Task.Yield();\nConsole.WriteLine(1);", "1")]
    [InlineData("Console.WriteLine(1);", null)]
    public void Code_that_does_what_it_says_passes(string code, string? output) => Assert.Null(Check(code, output));

    [Theory]
    [InlineData("new RateSync.Fast.TokenBucket(\"many\");", null, "CS")]
    [InlineData("Run();\n[RateSync.Fast.RateLimited(\"a\")]\nvoid Run() { }", null, "RSF0001")]
    [InlineData("throw new InvalidOperationException(\"no\");", null, "InvalidOperationException")]
    [InlineData("Console.WriteLine(1);", "2", "prints")]
    [InlineData("Console.WriteLine(1);", "", "prints")]
    public void Code_that_does_not_is_found(string code, string? output, string complaint) =>
        Assert.Contains(complaint, Check(code, output), StringComparison.Ordinal);

    [Fact]
    public void A_program_runs_with_the_configuration_that_stands_before_it_in_its_section()
    {
        const string Program = "```csharp\nConsole.WriteLine(RateSync.Fast.RateLimit.ListLimiters().Count);\n```\n```text\n1\n```\n";
        const string Configuration = "```toml\n[limiters.api]\nrate_per_second = 1\n```\n";
        Snippet[] snippets = [.. Snippet.ReadAll("a.md", $"{Configuration}and\n\n{Program}\n# Other\n\n{Program}")];
        Assert.Null(snippets[0].Check());
        Assert.Contains("prints\n0", snippets[1].Check(), StringComparison.Ordinal);
        Assert.Equal((1, "[limiters.api]\nrate_per_second = 1"), Assert.Single(Snippet.ReadConfigurations(Configuration)));
    }

    [Fact]
    public void No_block_can_ask_to_be_left_out() =>
        Assert.Contains("ignore", Assert.Single(Snippet.ReadAll("a.md", "```csharp ignore\nx\n```")).Check(), StringComparison.Ordinal);

    [Fact]
    public void Links_to_nowhere_are_found()
    {
        string root = Repository.Root;
        Assert.Empty(Documents.BrokenLinks(root, "see [the solution](RateSync.Fast.slnx) and [this](#part) and [that](https://example.org/)"));
        Assert.Equal(["docs/none.md"], Documents.BrokenLinks(root, "see [none](docs/none.md)"));
    }

    private static string? Check(string code, string? output)
    {
        string text = $"# Title\n\n```csharp\n{code}\n```\n" + (output is null ? "" : $"\n```text\n{output}\n```\n");
        return Assert.Single(Snippet.ReadAll("a.md", text)).Check();
    }
}
