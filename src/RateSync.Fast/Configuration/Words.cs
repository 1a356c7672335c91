namespace RateSync.Fast.Configuration;

/// <summary>Names as C# writes them, and as files do.</summary>
internal static class Words
{
    /// <summary>A name without what two spellings of it differ in.</summary>
    public static string Fold(string name) => name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary><c>RatePerSecond</c> as <c>rate_per_second</c>.</summary>
    public static string ToSnake(string name) =>
        string.Concat(name.Select(static (c, i) =>
            char.IsAsciiLetterUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));

    /// <summary><c>rate_per_second</c> as <c>RatePerSecond</c>.</summary>
    public static string ToPascal(string name) =>
        string.Concat(name.Split('_').Select(static word => word.Length == 0 ? "" : char.ToUpperInvariant(word[0]) + word[1..]));
}
