using System.Text.Json;

namespace RateSync.Fast.Tests.Tool;

public sealed class MigrateTests : IDisposable
{
    private readonly Workshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public async Task Differences_are_named_with_their_places()
    {
        string file = _workshop.Write(
            "python.toml",
            """
            [stores.local]
            engine = "memory"
            [stores.shared]
            engine = "redis"
            url = "redis://localhost"
            timing_margin_ms = 2.5

            [limiters.api]
            store = "local"
            rate_per_second = 10
            max_concurrent = 3

            [limiters.slow]
            store = "local"
            rate_per_second = 0.5

            [limiters.login]
            store = "shared"
            algorithm = "sliding_window"
            limit = 5
            window_seconds = 300
            max_concurrent = 2
            fail_closed = true

            [limiters.search]
            store = "shared"
            rate_per_second = 80
            max_concurrent = 4

            [limiters.flood]
            store = "shared"
            rate_per_second = 400

            [fastapi]
            default = "api"
            """);

        Answer answer = await _workshop.RunAsync("migrate", file);

        Assert.Equal(
            """
            python.toml:6:1: stores.shared: timing_margin_ms was subtracted from the time between grants there, which let more through than the rate; it has no effect here.
            python.toml:10:1: limiters.api: grants were spaced evenly there, one in 100 ms; here up to 10 come at once after a rest. burst = 1 keeps the spacing.
            python.toml:11:1: limiters.api: a call that was refused for max_concurrent used up a permit of the rate there; here a refusal takes nothing.
            python.toml:22:1: limiters.login: max_concurrent was dropped beside a window there; both are kept to here.
            python.toml:23:1: limiters.login: fail_closed was ignored there when it came from a file; here nothing is granted while the store cannot be reached, as it says.
            python.toml:27:1: limiters.search: grants were spaced evenly there, one in 12.5 ms; here up to 80 come at once after a rest. burst = 1 keeps the spacing.
            python.toml:27:1: limiters.search: let through about 100 a second there: the margin of 2.5 ms was subtracted from the 12.5 ms between grants. Here it is 80 a second.
            python.toml:28:1: limiters.search: a call that took longer than 1 s could lose its slot to another there; here it keeps it until it gives it back.
            python.toml:32:1: limiters.flood: grants were spaced evenly there, one in 2.5 ms; here up to 400 come at once after a rest. burst = 1 keeps the spacing.
            python.toml:32:1: limiters.flood: did not limit at all there: the margin of 2.5 ms was subtracted from the 2.5 ms between grants. Here it is 400 a second.
            python.toml:34:2: fastapi: is for the web integration of Python; it is read past here.
            python.toml: 11 differences in 5 limiters
            --write OUT writes a file with burst = 1 where grants were spaced evenly

            """.ReplaceLineEndings("\n"),
            answer.Out);
        Assert.Equal(0, answer.Code);

        JsonElement json = (await _workshop.RunAsync("migrate", file, "--json")).Json;
        Assert.Equal(
            ["timing margin", "burst", "refusals", "window and max_concurrent", "fail_closed", "burst", "over-admission", "slots", "burst", "over-admission", "web"],
            json.GetProperty("differences").EnumerateArray().Select(static d => d.GetProperty("topic").GetString()!));
        Assert.Equal(3, json.GetProperty("differences").EnumerateArray().Count(static d => d.GetProperty("edited").GetBoolean()));
    }

    [Fact]
    public async Task A_file_that_means_the_same_says_so()
    {
        string file = _workshop.Write("same.toml", "[limiters.a]\nrate_per_second = 0.5\n[limiters.b]\nrate_per_second = 9\nburst = 4");

        Answer answer = await _workshop.RunAsync("migrate", file);

        Assert.Equal(new Answer(0, "same.toml: means the same here\nnothing needs to be edited\n", ""), answer);
    }

    [Theory]
    [InlineData(
        "# top\n[limiters.a] # a\n  rate_per_second = 10 # ten\n  timeout = 1\n",
        "# top\n[limiters.a] # a\n  rate_per_second = 10 # ten\n  burst = 1\n  timeout = 1\n")]
    [InlineData("[limiters.a]\r\nrate_per_second = 10\r\n# end\r\n", "[limiters.a]\r\nrate_per_second = 10\r\nburst = 1\r\n# end\r\n")]
    [InlineData("[limiters.a]\nrate_per_second = 10", "[limiters.a]\nrate_per_second = 10\nburst = 1")]
    [InlineData("limiters.a.rate_per_second = 10\n", "limiters.a.rate_per_second = 10\nlimiters.a.burst = 1\n")]
    [InlineData("limiters = { a = { timeout = 1, rate_per_second = 10 } }", "limiters = { a = { timeout = 1, burst = 1, rate_per_second = 10 } }")]
    [InlineData("limiters = {a={rate_per_second=10}}", "limiters = {a={burst = 1, rate_per_second=10}}")]
    [InlineData("limiters = { \"\U0001F600\".rate_per_second = 10 }", "limiters = { \"\U0001F600\".burst = 1, \"\U0001F600\".rate_per_second = 10 }")]
    [InlineData("[limiters.a]\nrate_per_second = \"\"\"\n10\"\"\"\n", "[limiters.a]\nburst = 1\nrate_per_second = \"\"\"\n10\"\"\"\n")]
    [InlineData("[limiters.a]\nrate_per_second = \"${R:-20}\"\n", "[limiters.a]\nrate_per_second = \"${R:-20}\"\nburst = 1\n")]
    [InlineData("[limiters.a]\nrate_per_second = 0.5\n", "[limiters.a]\nrate_per_second = 0.5\n")]
    [InlineData(
        "[limiters.\"${N:-x}\"]\nrate_per_second = 10\n[limiters.b]\nrate_per_second = 10\nburst = 3\n[limiters.c]\nrate_per_second = 4\n",
        "[limiters.\"${N:-x}\"]\nrate_per_second = 10\nburst = 1\n[limiters.b]\nrate_per_second = 10\nburst = 3\n[limiters.c]\nrate_per_second = 4\nburst = 1\n")]
    public async Task Bursts_are_written_and_all_else_stays_to_the_letter(string before, string after)
    {
        string file = _workshop.Write("python.toml", before);

        Answer answer = await _workshop.RunAsync("migrate", file, "--write", _workshop.PathOf("out.toml"));

        Assert.Equal((0, ""), (answer.Code, answer.Error));
        Assert.Equal(after, _workshop.Read("out.toml"));
        Assert.Equal(before, _workshop.Read("python.toml"));
    }

    [Fact]
    public async Task What_was_written_means_the_same_as_there()
    {
        _workshop.Write("python.toml", "[limiters.a]\nrate_per_second = 10\n");
        await _workshop.RunAsync("migrate", _workshop.PathOf("python.toml"), "--write", _workshop.PathOf("out.toml"));

        Answer answer = await _workshop.RunAsync("migrate", _workshop.PathOf("out.toml"));

        Assert.StartsWith("out.toml: means the same here", answer.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_there_is_replaced_only_if_told_so()
    {
        string file = _workshop.Write("python.toml", "[limiters.a]\nrate_per_second = 10\n");
        string output = _workshop.Write("out.toml", "precious");

        Answer answer = await _workshop.RunAsync("migrate", file, "--write", output);

        Assert.Equal(new Answer(2, "", "ratesync: out.toml is there already; --force replaces it.\n"), answer);
        Assert.Equal("precious", _workshop.Read("out.toml"));
        Assert.Equal(0, (await _workshop.RunAsync("migrate", file, "--write", output, "--force")).Code);
        Assert.Equal("[limiters.a]\nrate_per_second = 10\nburst = 1\n", _workshop.Read("out.toml"));
    }

    [Fact]
    public async Task A_file_that_does_not_hold_is_refused_with_its_problems()
    {
        string file = _workshop.Write("python.toml", "[limiters.a]\nrate = 10\nmax_concurrent = 1\n");

        Answer answer = await _workshop.RunAsync("migrate", file);

        Assert.Equal(1, answer.Code);
        Assert.Equal("", answer.Out);
        Assert.StartsWith("python.toml:2:1: limiters.a.rate: unknown key.", answer.Error, StringComparison.Ordinal);
    }
}
