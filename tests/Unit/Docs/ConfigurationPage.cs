using RateSync.Fast.Configuration;

namespace RateSync.Fast.Tests.Unit.Docs;

/// <summary>docs/configuration.md is complete: what can be written in a file stands in it.</summary>
public class ConfigurationPage
{
    private static readonly string[] s_lines = File.ReadAllLines(Repository.PathTo("docs", "configuration.md"));

    [Fact]
    public void It_has_a_row_for_each_key_of_a_limiter() => Assert.DoesNotContain(ConfigKeys.OfLimiter, static key => Row(key) is null);

    [Fact]
    public void It_has_a_row_for_each_engine_with_all_its_keys() => Assert.All(StoreBinder.Keys, static engine =>
        Assert.DoesNotContain(engine.Value, key => Row(engine.Key)?.Contains($"`{key.Name}`", StringComparison.Ordinal) != true));

    [Fact]
    public void It_has_every_word_that_a_key_can_be()
    {
        Assert.Empty(Missing<LimiterAlgorithm>(ConfigKeys.Algorithm, "`\"{0}\"`"));
        Assert.Empty(Missing<StoreFailurePolicy>(ConfigKeys.OnStoreFailure, "`\"{0}\"`"));
        Assert.Empty(Missing<CompositeStrategy>(ConfigKeys.Strategy, "`\"{0}\"`"));
        Assert.Empty(Missing<Priority>(ConfigKeys.Priorities, "`{0}`"));
        Assert.DoesNotContain(Words<LimiterAlgorithm>.All, static word => Row(word) is null);
    }

    [Fact]
    public void It_names_every_section() =>
        Assert.All(ConfigKeys.Sections, static section => Assert.Contains(s_lines, line => line.Contains($"`[{section}", StringComparison.Ordinal)));

    private static IEnumerable<string> Missing<T>(string key, string pattern)
        where T : struct, Enum => Words<T>.All.Where(word =>
            Row(key)?.Contains(pattern.Replace("{0}", word, StringComparison.Ordinal), StringComparison.Ordinal) != true);

    private static string? Row(string name) => Array.Find(s_lines, line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal));
}
