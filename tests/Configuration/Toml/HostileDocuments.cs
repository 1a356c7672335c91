using System.Diagnostics;
using System.Text;
using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tests.Configuration.Toml;

/// <summary>Documents made to be expensive cost no more than others of their length, and none costs the stack.</summary>
public class HostileDocuments
{
    private const int Few = 2_000;
    private const int Factor = 10;

    /// <summary>Documents of a given number of repetitions, by what repeats.</summary>
    public static TheoryData<string> Repetitions => [.. s_repetitions.Keys];

    private static readonly Dictionary<string, Func<int, string>> s_repetitions = new(StringComparer.Ordinal)
    {
        ["keys"] = static n => Repeat(n, static i => $"k{i} = 1\n"),
        ["dotted keys in one table"] = static n => Repeat(n, static i => $"a.b.c.k{i} = 1\n"),
        ["dotted keys in tables of their own"] = static n => Repeat(n, static i => $"k{i}.a.b = 1\n"),
        ["headers"] = static n => Repeat(n, static i => $"[a.b.k{i}]\n"),
        ["double headers"] = static n => Repeat(n, static _ => "[[a]]\n"),
        ["double headers with tables below"] = static n => Repeat(n, static _ => "[[a]]\n[a.b]\n[[a.c]]\n"),
        ["deep headers"] = static n => Repeat(n / 50, static i => $"[{Repeat(100, static _ => "a.")}k{i}]\n"),
        ["items of an array on one line"] = static n => $"a = [{Repeat(n, static _ => "1,")}]",
        ["arrays in an array"] = static n => $"a = [{Repeat(n, static _ => "[],")}]",
        ["inline tables in an array"] = static n => $"a = [{Repeat(n, static _ => "{a.b=1},")}]",
        ["keys of an inline table"] = static n => $"a = {{ z = 1 {Repeat(n, static i => $", k{i} = 1")} }}",
        ["comments"] = static n => Repeat(n, static _ => "# é\n"),
        ["comments in an array"] = static n => $"a = [{Repeat(n, static _ => "# é\n")}]",
        ["one comment"] = static n => "#" + new string('é', n * 5),
        ["blanks"] = static n => new string(' ', n * 5),
        ["one string"] = static n => $"a = '{new string('é', n * 5)}'",
        ["escapes"] = static n => $"a = \"{Repeat(n, static _ => "\\u00e9\\n")}\"",
        ["line ends in a string"] = static n => $"a = \"\"\"{Repeat(n, static _ => "\r\n")}\"\"\"",
        ["continued lines"] = static n => $"a = \"\"\"{Repeat(n, static _ => "\\   \n  ")}\"\"\"",
        ["quotes in a string"] = static n => $"a = \"\"\"{Repeat(n, static _ => "\"\"a")}\"\"\"",
        ["one key"] = static n => $"{new string('a', n * 5)} = 1",
        ["digits of an integer"] = static n => $"a = 0b{new string('0', n * 5)}",
        ["digits of a float"] = static n => $"a = 1.{new string('7', n * 5)}",
        ["digits of a second"] = static n => $"a = 00:00:00.{new string('7', n * 5)}",
    };

    [Theory]
    [MemberData(nameof(Repetitions))]
    public void Cost_in_proportion_to_their_length(string what)
    {
        byte[] few = Encoding.UTF8.GetBytes(s_repetitions[what](Few));
        byte[] many = Encoding.UTF8.GetBytes(s_repetitions[what](Few * Factor));

        // What is quadratic allocates or takes a hundred times as much for ten times the length. A stall can spoil one measurement,
        // not each of many.
        Assert.InRange(Allocated(many), 0, 40_000 + (Allocated(few) * Factor * 3));
        Assert.Contains(Enumerable.Range(0, 30), _ => Ticks(many) <= Ticks(few) * Factor * 4);
    }

    [Theory]
    [InlineData("a = ", "[")]
    [InlineData("a = ", "{a=")]
    [InlineData("a = ", "[{a.b=")]
    [InlineData("", "a.")]
    [InlineData("[", "a.")]
    [InlineData("[[", "a.")]
    [InlineData("a = { b = ", "[[{c=")]
    public void Too_deep_ones_are_refused_at_the_step_that_is_one_too_many(string start, string step)
    {
        TomlException error = Documents.Refused(start + Repeat(100_000, _ => step));

        Assert.Equal($"at most {TomlParser.MaxDepth} tables and arrays within each other", error.Expected);
        Assert.InRange(error.Column, TomlParser.MaxDepth, start.Length + (TomlParser.MaxDepth * step.Length) + 1);
    }

    [Fact]
    public void The_depth_of_headers_keys_and_values_adds_up()
    {
        // 40 tables by the header, 40 by the key, then arrays.
        string start = $"[{Repeat(39, static _ => "a.")}a]\n{Repeat(40, static _ => "a.")}a = ";

        Documents.Parse(start + new string('[', TomlParser.MaxDepth - 80) + new string(']', TomlParser.MaxDepth - 80));
        TomlException error = Documents.Refused(start + new string('[', TomlParser.MaxDepth - 79));

        Assert.Equal((2, 85 + TomlParser.MaxDepth - 80), (error.Line, error.Column));
    }

    [Fact]
    public void Double_headers_count_their_array_and_their_table()
    {
        string path = Repeat((TomlParser.MaxDepth / 2) - 1, static i => $"[[{Repeat(i, static _ => "a.")}a]]\n");

        Documents.Parse(path + $"[[{Repeat((TomlParser.MaxDepth / 2) - 1, static _ => "a.")}a]]\nb = 1");
        Assert.Equal("at most 128 tables and arrays within each other",
            Documents.Refused(path + $"[[{Repeat((TomlParser.MaxDepth / 2) - 1, static _ => "a.")}a]]\nb.c = 1").Expected);
    }

    private static string Repeat(int count, Func<int, string> part) => string.Concat(Enumerable.Range(0, count).Select(part));

    private static long Allocated(byte[] document)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        TomlParser.Parse(document);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static long Ticks(byte[] document)
    {
        long before = Stopwatch.GetTimestamp();
        TomlParser.Parse(document);
        return Stopwatch.GetTimestamp() - before;
    }
}
