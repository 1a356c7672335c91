namespace RateSync.Fast.Tests.Tool;

/// <summary>The tool as a process, as scripts run it.</summary>
public sealed class ProcessTests : IDisposable
{
    private const string Good = "[limiters.api]\nrate_per_second = 10\n";

    private readonly Workshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public async Task The_configuration_is_found_as_the_library_finds_it()
    {
        Answer none = await Tool.RunAsync(_workshop.Folder, [], "check");
        _workshop.Write("config/rate-sync.toml", Good);
        Answer below = await Tool.RunAsync(_workshop.Folder, [], "check");
        _workshop.Write("rate-sync.toml", Good);
        Answer here = await Tool.RunAsync(_workshop.Folder, [], "check");
        _workshop.Write("other.toml", Good);
        Answer named = await Tool.RunAsync(_workshop.Folder, new() { ["RATE_SYNC_CONFIG"] = "other.toml" }, "check");

        Assert.Equal((2, ""), (none.Code, none.Out));
        Assert.StartsWith("ratesync: There is no rate-sync.toml and no config", none.Error, StringComparison.Ordinal);
        Assert.EndsWith("rate-sync.toml: 0 stores, 1 limiter, no problems", below.Lines[^1], StringComparison.Ordinal);
        Assert.StartsWith("config", below.Lines[^1], StringComparison.Ordinal);
        Assert.Equal("rate-sync.toml: 0 stores, 1 limiter, no problems", here.Lines[^1]);
        Assert.Equal("other.toml: 0 stores, 1 limiter, no problems", named.Lines[^1]);
        Assert.Equal((0, 0, 0), (below.Code, here.Code, named.Code));
    }

    [Fact]
    public async Task In_a_pipe_there_is_no_colour_and_no_progress()
    {
        _workshop.Write("rate-sync.toml", Good + "burst = 2\n");

        Answer answer = await Tool.RunAsync(_workshop.Folder, new() { ["TERM"] = "xterm-256color" }, "try", "api", "-n", "20");

        Assert.Equal((0, ""), (answer.Code, answer.Error));
        Assert.DoesNotContain('\u001b', answer.Out);
        Assert.DoesNotContain('\r', answer.Out);
        Assert.Contains("bound kept: in every interval of d seconds at most 2 + 10 * d", answer.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("--help", 0)]
    [InlineData("--version", 0)]
    [InlineData("check --help", 0)]
    [InlineData("chekc", 2)]
    [InlineData("check --wrong", 2)]
    [InlineData("try", 2)]
    [InlineData("check bad.toml", 1)]
    [InlineData("migrate bad.toml", 1)]
    [InlineData("try api --file bad.toml", 1)]
    [InlineData("check none.toml", 2)]
    public async Task The_exit_code_says_what_became_of_it(string arguments, int code)
    {
        _workshop.Write("bad.toml", "[limiters.api]\nrate_per_second = -1\n");

        Answer answer = await Tool.RunAsync(_workshop.Folder, [], arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(code, answer.Code);
        Assert.Equal(code == 2, answer.Error.StartsWith("ratesync: ", StringComparison.Ordinal));
        Assert.Equal(code == 0, answer.Error.Length == 0 && !answer.Out.Contains("problem", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Help_names_every_command_and_the_exit_codes()
    {
        Answer help = await Tool.RunAsync(_workshop.Folder, [], "--help");

        foreach (string expected in new[] { "check", "try", "replay", "migrate", "--version", "Exit codes: 0 all is well; 1 the answer is no" })
        {
            Assert.Contains(expected, help.Out, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("chekc", "Did you mean 'check'?")]
    [InlineData("migrat python.toml", "Did you mean 'migrate'?")]
    [InlineData("try api --fiel x.toml", "Did you mean '--file'?")]
    [InlineData("something", null)]
    public async Task A_misspelt_command_or_option_is_told_the_nearest(string arguments, string? hint)
    {
        Answer answer = await Tool.RunAsync(_workshop.Folder, [], arguments.Split(' '));

        Assert.Equal((2, ""), (answer.Code, answer.Out));
        Assert.Equal(hint, answer.Error.Split('\n').FirstOrDefault(static line => line.StartsWith("Did you mean", StringComparison.Ordinal)));
    }
}
