using System.Text.RegularExpressions;

namespace RateSync.Fast.Tests.Unit.Docs;

/// <summary>The documents of the repository.</summary>
internal static partial class Documents
{
    public static string ReadMe => Repository.PathTo("README.md");

    public static IEnumerable<string> All => Directory.EnumerateFiles(Repository.Root, "*.md")
        .Concat(Directory.EnumerateFiles(Repository.PathTo("docs"), "*.md", SearchOption.AllDirectories));

    public static IEnumerable<string> BrokenLinks(string folder, string text) => Link().Matches(text)
        .Select(static match => match.Groups[1].Value.Split('#')[0])
        .Where(static target => target.Length > 0 && !target.Contains(':', StringComparison.Ordinal))
        .Where(target => !Path.Exists(Path.Combine(folder, target)));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
