using RateSync.Fast.Configuration;

namespace RateSync.Fast.Tests.Unit.Configuration;

public class NamesTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("burst", "burst", 0)]
    [InlineData("bursts", "burst", 1)]
    [InlineData("bust", "burst", 1)]
    [InlineData("bxrst", "burst", 1)]
    [InlineData("busrt", "burst", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ca", "abc", 3)]
    public void Distance_counts_edits_and_swaps(string a, string b, int distance)
    {
        Assert.Equal(distance, Names.Distance(a, b));
        Assert.Equal(distance, Names.Distance(b, a));
    }

    [Fact]
    public void Long_names_are_compared_by_their_beginning()
    {
        Assert.Equal(0, Names.Distance(new string('a', 64), new string('a', 10_000)));
        Assert.Equal(64, Names.Distance(new string('b', 100_000), new string('a', 100_000)));
    }

    [Theory]
    [InlineData("rate_per_secnod", "rate_per_second")]
    [InlineData("RatePerSecond", "rate_per_second")]
    [InlineData("brust", "burst")]
    [InlineData("rate", "rate_per_second")]
    [InlineData("Second", "rate_per_second")]
    [InlineData("per", "rate_per_second")]
    [InlineData("max", null)]
    [InlineData("ra", null)]
    [InlineData("zzz", null)]
    [InlineData("b", null)]
    public void The_nearest_name_is_suggested_if_it_is_near(string name, string? nearest) =>
        Assert.Equal(nearest, Names.Nearest(name, ["rate_per_second", "burst", "limit", "max_keys", "max_lease"]));

    [Fact]
    public void Long_lists_are_cut() => Assert.Equal(
        "'1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12' and 1 more",
        Names.List([.. Enumerable.Range(1, 13).Select(static i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))]));
}
