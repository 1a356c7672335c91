using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RateSync.Fast.Tests.Unit.Architecture;

/// <summary>Which folder may know which, and who may touch atomics and clocks.</summary>
public partial class Layers
{
    /// <summary>
    /// What each folder stands on. Waiting and Engine know each other: a waiter ends by asking its engine for the permit.
    /// </summary>
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Algorithms"] = [],
        ["Configuration"] = ["Configuration.Toml", "Algorithms", "State"],
        ["Configuration.Toml"] = [],
        ["Time"] = [],
        ["Telemetry"] = [],
        ["Throttling"] = [],
        ["State"] = ["Algorithms", "Time"],
        ["Stores"] = ["Algorithms"],
        ["Waiting"] = ["State", "Engine", "Time", "Algorithms"],
        ["Engine"] = ["Algorithms", "State", "Telemetry", "Time", "Waiting"],
        ["Named"] = ["Engine", "Algorithms", "State", "Telemetry", "Time", "Waiting"],
    };

    /// <summary>Outside State: figures that decide nothing, the flag of disposal, and what is made once at the first wait.</summary>
    private static readonly string[] s_mayUseAtomics =
    [
        "Engine/CloneGroup.Waiting.cs", "Engine/CloneGroup.cs", "Engine/CompositeEngine.Waiting.cs", "Engine/CompositeEngine.cs",
        "Engine/LatencyObserver.cs", "Engine/RateEngine.cs", "Engine/TicketEngine.Waiting.cs", "Engine/TicketEngine.cs",
        "KeyedLimiter.GivingBack.cs", "KeyedLimiter.Metrics.cs", "KeyedLimiter.Waiting.cs", "KeyedLimiter.cs", "LimiterRegistry.cs",
        "Named/NamedEngine.Change.cs", "Named/NamedEngine.GivingBack.cs", "Named/NamedEngine.Reading.cs",
        "Named/NamedEngine.Shadow.cs", "Named/NamedEngine.cs", "Named/NamedLimiter.cs", "RateLimit.cs",
        "Waiting/KeyLines.cs", "Waiting/NamedLine.cs", "Waiting/WaitFigures.cs",
    ];

    private static string Source => Repository.PathTo("src", "RateSync.Fast");

    [Fact]
    public void Folders_know_only_what_they_stand_on() => Assert.Empty(Files().SelectMany(static file => Arrows(file.Folder, file.Text)
        .Select(arrow => $"{file.Name}: {file.Folder} must not know {arrow}")));

    [Fact]
    public void Only_State_touches_atomics_and_the_documented_exceptions() => Assert.Empty(Files()
        .Where(static file => file.Folder != "State" && !s_mayUseAtomics.Contains(file.Name) && Uses(file.Text, "Interlocked", "Volatile"))
        .Select(static file => file.Name));

    [Fact]
    public void Every_exception_from_the_rule_on_atomics_is_still_needed() => Assert.Equal(
        s_mayUseAtomics.Order(StringComparer.Ordinal),
        Files().Where(static file => file.Folder != "State" && Uses(file.Text, "Interlocked", "Volatile"))
            .Select(static file => file.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Arithmetic_is_pure() => Assert.Empty(Files()
        .Where(static file => file.Folder == "Algorithms"
            && Uses(file.Text, "Interlocked", "Volatile", "Stopwatch", "TimeProvider", "Thread", "Task", "lock", "DateTime", "DateTimeOffset"))
        .Select(static file => file.Name));

    [Fact]
    public void Only_Time_reads_the_systems_clocks() => Assert.Empty(Files()
        .Where(static file => file.Folder != "Time" && Uses(file.Text, "Stopwatch", "TickCount64"))
        .Select(static file => file.Name));

    [Fact]
    public void The_root_is_public_and_the_folders_are_internal()
    {
        Type[] types = [.. typeof(Limiter).Assembly.GetTypes().Where(static type =>
            !type.IsNested && type.Namespace?.StartsWith("RateSync.Fast", StringComparison.Ordinal) == true)];
        Assert.True(types.Length > 60);
        Assert.DoesNotContain(types, static type => type.IsPublic != (type.Namespace == "RateSync.Fast"));
    }

    [Fact]
    public void Every_folder_has_its_rule_and_its_namespace()
    {
        Assert.Equal(s_allowed.Keys.Order(), Files().Select(static file => file.Folder).Where(static folder => folder.Length > 0).Distinct().Order());
        Assert.DoesNotContain(Files(), static file => !file.Text.Contains(
            file.Folder.Length == 0 ? "namespace RateSync.Fast;" : $"namespace RateSync.Fast.{file.Folder};", StringComparison.Ordinal));
    }

    [Fact]
    public void Forbidden_arrows_and_words_are_found_and_comments_are_not_read()
    {
        Assert.Equal(["State"], Arrows("Algorithms", "using RateSync.Fast.State;"));
        Assert.Equal(["Engine"], Arrows("State", "class A { RateSync.Fast.Engine.Check? _a; }"));
        Assert.Equal(["Configuration.Toml"], Arrows("State", "using RateSync.Fast.Configuration.Toml;"));
        Assert.Empty(Arrows("State", "using RateSync.Fast.Algorithms;"));
        Assert.True(Uses("class A { void B() => Volatile.Read(ref _a); }", "Interlocked", "Volatile"));
        Assert.True(Uses("class A { void B() { lock (this) { } } }", "lock"));
        Assert.False(Uses("/// <summary>Volatile</summary>\n// Volatile\nclass InterlockedAtomics { }", "Interlocked", "Volatile"));
    }

    private static IEnumerable<string> Arrows(string folder, string text) => folder.Length == 0
        ? []
        : Namespace().Matches(string.Join(' ', Words(text))).Select(static match => match.Groups[1].Value.Replace(" ", "", StringComparison.Ordinal))
            .Where(target => target != folder && s_allowed.ContainsKey(target) && !s_allowed[folder].Contains(target)).Distinct();

    private static bool Uses(string text, params string[] words) => Words(text).Any(words.Contains);

    private static IEnumerable<string> Words(string text) => CSharpSyntaxTree.ParseText(text).GetRoot().DescendantTokens()
        .Where(static token => !token.IsKind(SyntaxKind.StringLiteralToken)).Select(static token => token.Text);

    private static IEnumerable<(string Name, string Folder, string Text)> Files() =>
        from path in Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(Source, path).Replace('\\', '/')
        where !name.StartsWith("obj/", StringComparison.Ordinal) && !name.StartsWith("bin/", StringComparison.Ordinal)
        select (name, Path.GetDirectoryName(name)!.Replace('/', '.'), File.ReadAllText(path));

    [GeneratedRegex(@"RateSync \. Fast \. (Configuration \. Toml|\w+)")]
    private static partial Regex Namespace();
}
