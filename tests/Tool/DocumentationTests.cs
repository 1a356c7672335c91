using System.Text.RegularExpressions;

namespace RateSync.Fast.Tests.Tool;

/// <summary>What docs/cli.md shows is what the tool says.</summary>
public sealed partial class DocumentationTests : IDisposable
{
    private readonly Workshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public async Task What_is_shown_is_what_is_printed()
    {
        string text = File.ReadAllText(Path.Combine(Tool.Repository, "docs", "cli.md")).ReplaceLineEndings("\n");
        foreach (Match file in Files().Matches(text))
        {
            _workshop.Write(file.Groups["name"].Value, file.Groups["text"].Value);
        }

        MatchCollection runs = Runs().Matches(text);
        Assert.True(runs.Count >= 5, "Nothing is shown.");
        foreach (Match run in runs)
        {
            string command = run.Groups["command"].Value;
            Answer answer = await Tool.RunAsync(_workshop.Folder, [], command.Split(' ', StringSplitOptions.RemoveEmptyEntries));

            // Times are never the same twice.
            bool isTimed = command.StartsWith("try", StringComparison.Ordinal);
            string shown = run.Groups["output"].Value;
            string printed = answer.Out + answer.Error;
            Assert.Equal(isTimed ? Untimed(shown) : shown, isTimed ? Untimed(printed) : printed);
        }
    }

    /// <summary>Without figures and bars, and without the lines of the timeline.</summary>
    private static string Untimed(string text) => string.Join(
        '\n', text.Split('\n').Where(static line => !line.StartsWith(' ') && !TimelineRow().IsMatch(line)).Select(static line => Figures().Replace(line, "0")));

    [GeneratedRegex("`(?<name>[a-z.-]+)`:\n\n```[a-z]+\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Files();

    [GeneratedRegex("```text\n\\$ ratesync (?<command>[^\n]+)\n(?<output>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Runs();

    [GeneratedRegex("^ *[0-9.]+ (us|ms|s)( |$)")]
    private static partial Regex TimelineRow();

    [GeneratedRegex("[0-9][0-9.,]*( (us|ms|s|min))?")]
    private static partial Regex Figures();
}
