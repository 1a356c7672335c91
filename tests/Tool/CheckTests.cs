using System.Text.Json;

namespace RateSync.Fast.Tests.Tool;

public sealed class CheckTests : IDisposable
{
    private const string Good =
        """
        [stores.local]
        engine = "memory"

        [stores.shared]
        engine = "redis"
        url = "redis://bob:hunter2@${REDIS_HOST:-localhost}:6379/0"
        password = "${REDIS_PASSWORD}"
        timing_margin_ms = 10.0
        pool_max_size = 20

        [limiters.api]
        store = "local"
        rate_per_second = "${API_RATE:-10}"
        timeout = 30.0

        [limiters.search]
        store = "shared"
        rate_per_second = 100
        burst = 5
        fail_closed = true
        priorities = { low = 0.5 }
        """;

    private readonly Workshop _workshop = new();

    public CheckTests() => _workshop.Variables["REDIS_PASSWORD"] = "correct horse";

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public async Task A_right_configuration_is_said_in_words()
    {
        Answer answer = await _workshop.RunAsync("check", _workshop.Write("limits.toml", Good));

        Assert.Equal(
            """
            api     grants up to 10 at once and 10 a second on average; a caller waits up to 30 s; declared excess 0
            search  grants up to 5 at once and 100 a second on average; a caller waits as long as it takes; counted together with other processes in 'shared' (redis); refuses while that cannot be reached; calls of low priority use up to 50 %; declared excess 0

            note: limits.toml:8:1: stores.shared.timing_margin_ms: limits need no margin here; it is ignored.
            limits.toml: 2 stores, 2 limiters, no problems

            """.ReplaceLineEndings("\n"),
            answer.Out);
        Assert.Equal(("", 0), (answer.Error, answer.Code));
    }

    [Fact]
    public async Task Every_problem_is_named_with_its_place()
    {
        string file = _workshop.Write(
            "bad.toml",
            """
            [stores.local]
            engine = "memry"
            [limiters.api]
            store = "local"
            rate_per_secnd = 10
            max_concurrent = 1
            [limiters.b]
            store = "lcal"
            rate_per_second = -5
            """);

        Answer answer = await _workshop.RunAsync("check", file);

        Assert.Equal(
            """
            bad.toml:2:10: stores.local.engine: expected one of "memory", "redis", "nats", "postgres", found "memry". Did you mean "memory"?
            bad.toml:5:1: limiters.api.rate_per_secnd: unknown key. Did you mean 'rate_per_second'?
            bad.toml:8:1: limiters.b.store: expected one of 'local', found "lcal". Did you mean "local"?
            bad.toml:9:19: limiters.b.rate_per_second: expected permits per second from 0.000000001 to 1000000000, found -5.
            bad.toml: 4 problems

            """.ReplaceLineEndings("\n"),
            answer.Out);
        Assert.Equal(1, answer.Code);

        JsonElement json = (await _workshop.RunAsync("check", file, "--json")).Json;
        Assert.False(json.GetProperty("valid").GetBoolean());
        Assert.Equal([2, 5, 8, 9], json.GetProperty("problems").EnumerateArray().Select(static p => p.GetProperty("line").GetInt32()));
        Assert.Equal("limiters.b.rate_per_second", json.GetProperty("problems")[3].GetProperty("key").GetString());
        Assert.Equal("-5", json.GetProperty("problems")[3].GetProperty("found").GetString());
    }

    [Fact]
    public async Task What_is_in_effect_is_shown_without_secrets_and_can_be_read_again()
    {
        _workshop.Variables["API_RATE"] = "2.5";
        string file = _workshop.Write("limits.toml", Good);

        Answer answer = await _workshop.RunAsync("check", file, "--show");
        Answer json = await _workshop.RunAsync("check", file, "--json");

        Assert.Equal(
            """
            [stores.local]
            engine = "memory"

            [stores.shared]
            engine = "redis"
            url = "redis://***@localhost:6379/0"
            password = "***"
            pool_max_size = 20
            timing_margin_ms = 10

            [limiters.api]
            store = "local"
            algorithm = "token_bucket"
            rate_per_second = 2.5
            burst = 3
            timeout = 30.0

            [limiters.search]
            store = "shared"
            algorithm = "token_bucket"
            rate_per_second = 100.0
            burst = 5
            fail_closed = true
            priorities = { low = 0.5 }

            """.ReplaceLineEndings("\n"),
            answer.Out);
        Assert.DoesNotContain("hunter2", json.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("correct horse", json.Out, StringComparison.Ordinal);
        Assert.Equal("***", json.Json.GetProperty("stores")[1].GetProperty("options").GetProperty("password").GetString());
        Assert.Equal(2.5, json.Json.GetProperty("limiters")[0].GetProperty("options").GetProperty("rate_per_second").GetDouble());

        RateSyncConfiguration before = RateSyncConfiguration.ParseFile(file, _workshop.Variables.GetValueOrDefault);
        RateSyncConfiguration again = RateSyncConfiguration.Parse(answer.Out);
        Assert.Equal(before.Limiters["search"], again.Limiters["search"]);
        Assert.Equal(before.Limiters["api"] with { Burst = 3 }, again.Limiters["api"]);
    }

    [Theory]
    [InlineData("rate_per_second = 5", 0, 0d)]
    [InlineData("rate_per_second = 5\nshadow = true", 1, null)]
    [InlineData("algorithm = \"fixed_window\"\nlimit = 7\nwindow_seconds = 1", 1, 7d)]
    [InlineData("algorithm = \"sliding_window\"\nlimit = 7\nwindow_seconds = 1", 0, 0d)]
    [InlineData("rate_per_second = 5\nstore = \"far\"", 1, null)]
    [InlineData("rate_per_second = 5\nstore = \"far\"\non_store_failure = \"local\"", 1, null)]
    [InlineData("rate_per_second = 5\nstore = \"far\"\nfail_closed = true", 0, 0d)]
    [InlineData("limiters = [\"loose\"]", 1, 9d)]
    public async Task Strict_fails_what_may_ever_grant_more_than_its_limit(string limiter, int code, double? excess)
    {
        string text = $"""
            [stores.near]
            engine = "memory"
            [stores.far]
            engine = "nats"
            url = "nats://localhost"
            [limiters.x]
            {(limiter.Contains("store", StringComparison.Ordinal) ? "" : "store = \"near\"")}
            {limiter}
            """;
        text += limiter.Contains("loose", StringComparison.Ordinal)
            ? "\n[limiters.loose]\nstore = \"near\"\nalgorithm = \"fixed_window\"\nlimit = 9\nwindow_seconds = 1\n" : "";
        string file = _workshop.Write("limits.toml", text);

        Answer answer = await _workshop.RunAsync("check", file, "--strict");
        JsonElement json = (await _workshop.RunAsync("check", file, "--strict", "--json")).Json.GetProperty("limiters")[0];

        Assert.Equal(code, answer.Code);
        Assert.Equal(code == 1, answer.Out.Contains("not strict: x: declared excess", StringComparison.Ordinal));
        Assert.Equal(code == 0, json.GetProperty("strict").GetBoolean());
        JsonElement declared = json.GetProperty("declared_excess");
        Assert.Equal(excess, declared.ValueKind == JsonValueKind.Null ? null : declared.GetDouble());
        Assert.Equal(0, (await _workshop.RunAsync("check", file)).Code);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_misuse()
    {
        Answer answer = await _workshop.RunAsync("check", _workshop.PathOf("none.toml"));

        Assert.Equal(new Answer(2, "", "ratesync: There is no file none.toml\n"), answer);
        Assert.Equal(2, (await _workshop.RunAsync("check", _workshop.Folder)).Code);
    }

    [Fact]
    public async Task The_variable_names_the_file()
    {
        _workshop.Variables["RATE_SYNC_CONFIG"] = _workshop.Write("elsewhere.toml", "[limiters.a]\nrate_per_second = 1");

        Assert.Contains("elsewhere.toml: 0 stores, 1 limiter, no problems", (await _workshop.RunAsync("check")).Out, StringComparison.Ordinal);

        _workshop.Variables["RATE_SYNC_CONFIG"] = "/nowhere/at.toml";
        Assert.Equal(new Answer(2, "", "ratesync: RATE_SYNC_CONFIG names a file that there is not: /nowhere/at.toml\n"), await _workshop.RunAsync("check"));
    }
}
