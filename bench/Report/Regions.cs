namespace RateSync.Fast.Bench.Report;

/// <summary>The parts of a Markdown file that a program writes, between two comments.</summary>
internal static class Regions
{
    public static void Replace(string file, string name, string content)
    {
        string begin = $"<!-- report: {name} -->";
        string end = $"<!-- end of report: {name} -->";
        string text = File.ReadAllText(file);
        int from = text.IndexOf(begin, StringComparison.Ordinal);
        int to = text.IndexOf(end, StringComparison.Ordinal);
        if (from < 0 || to < from)
        {
            throw new UsageException($"{file}: expected a line '{begin}' and a line '{end}' after it.");
        }

        File.WriteAllText(file, $"{text[..(from + begin.Length)]}\n{content.TrimEnd()}\n{text[to..]}");
    }
}
