using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace RateSync.Fast.Tests.Tool;

public sealed class ReplayTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 2, 27, 23, 59, 0, TimeSpan.Zero);

    private readonly Workshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Refusals_are_those_of_an_exact_bucket_for_each_client(int seed)
    {
        List<(long Second, string Client)> requests = Requests(seed, 4000, 25, 900);
        string log = WriteLog(requests, shuffleWithin: 200, seed);
        string file = _workshop.Write("limits.toml", "[limiters.api]\nrate_per_second = 0.271828\nburst = 3\n[limiters.two]\nrate_per_second = 0.718281\nburst = 1\n");

        JsonElement json = (await _workshop.RunAsync("replay", log, "--file", file, "--top", "100", "--json")).Json;

        Assert.Equal(4000, json.GetProperty("requests").GetInt64());
        Assert.Equal(0, json.GetProperty("late").GetInt64());
        AssertLike(json.GetProperty("limiters")[0], Model.Bucket(requests, perMega: 271_828, burst: 3, patience: 0));
        AssertLike(json.GetProperty("limiters")[1], Model.Bucket(requests, perMega: 718_281, burst: 1, patience: 0));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 3)]
    [InlineData(3, 30)]
    [InlineData(4, null)]
    public async Task Waits_are_those_of_an_exact_line_for_each_client(int seed, int? timeout)
    {
        List<(long Second, string Client)> requests = Requests(seed, 3000, 10, 900);
        string log = WriteLog(requests, shuffleWithin: 1, seed);
        string file = _workshop.Write(
            "limits.toml",
            $"[limiters.api]\nrate_per_second = 0.271828\nburst = 3\n{(timeout is null ? "" : Invariant($"timeout = {timeout}\n"))}");

        JsonElement limiter = (await _workshop.RunAsync("replay", log, "-f", file, "--top", "100", "--wait", "--json")).Json.GetProperty("limiters")[0];

        Dictionary<string, Model.Figures> model = Model.Bucket(requests, perMega: 271_828, burst: 3, patience: timeout);
        AssertLike(limiter, model);
        Assert.Equal(model.Values.Sum(static figures => figures.Waits), limiter.GetProperty("waits_ms").GetProperty("count").GetInt64());
        Assert.Equal(timeout == 0, model.Values.All(static figures => figures.Waits == 0));
        Assert.Equal(timeout is null, limiter.GetProperty("refusals").GetInt64() == 0);
    }

    [Fact]
    public async Task A_window_for_all_together_is_exact()
    {
        List<(long Second, string Client)> requests = Requests(7, 3000, 10, 9000);
        string log = WriteLog(requests, shuffleWithin: 1, 7);
        string file = _workshop.Write("limits.toml", "[limiters.w]\nalgorithm = \"sliding_window\"\nlimit = 5\nwindow_seconds = 10.5\n");

        JsonElement json = (await _workshop.RunAsync("replay", log, "-f", file, "--by", "all", "--json")).Json;

        AssertLike(json.GetProperty("limiters")[0], Model.Window(requests.Select(static request => (request.Second, "all")), limit: 5, window: 105_000_000));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_line_is_no_longer_than_it_may_be(int? places)
    {
        List<(long Second, string Client)> requests = [.. Enumerable.Repeat((0L, "1.1.1.1"), 10)];
        string log = WriteLog(requests, 1, 0);
        string file = _workshop.Write(
            "limits.toml", $"[limiters.api]\nrate_per_second = 1\n{(places is null ? "" : Invariant($"queue_limit = {places}\n"))}");

        JsonElement limiter = (await _workshop.RunAsync("replay", log, "-f", file, "--wait", "--json")).Json.GetProperty("limiters")[0];

        Assert.Equal(places is null ? 10 : 1 + places.Value, limiter.GetProperty("grants").GetInt64());
        Assert.Equal((places ?? 9) * 1000, limiter.GetProperty("waits_ms").GetProperty("max").GetDouble(), 5.0);
    }

    [Fact]
    public async Task It_is_said_in_words_with_a_timeline()
    {
        string log = _workshop.Write("access.log", string.Join('\n', [
            Line(0, "1.1.1.1"), Line(0, "1.1.1.1"), Line(0, "1.1.1.1"), Line(2, "2.2.2.2"), "nonsense", Line(4, "1.1.1.1"), Line(4, "1.1.1.1"), ""]));
        string file = _workshop.Write(
            "limits.toml",
            "[limiters.api]\nrate_per_second = 1\nburst = 2\n[limiters.db]\nmax_concurrent = 3\n[limiters.both]\nlimiters = [\"api\", \"db\"]\n");

        Answer answer = await _workshop.RunAsync("replay", log, "--file", file);

        Assert.Equal(
            """
            access.log: 7 lines, 6 requests, 2026-02-27 23:59:00 to 2026-02-27 23:59:04 UTC
            1 line is not in the combined or the common log format:
              line 5: expected an address at column 1

            api: grants up to 2 at once and 1 a second on average; a caller waits as long as it takes; declared excess 0
            5 granted, 1 refused (16.67 %)

            █ granted  ░ refused
            23:59:00  █████████████████████████████████░░░░░░░░░░░░░░░░░ 2 granted, 1 refused
            23:59:01
            23:59:02  █████████████████ 1 granted
            23:59:03
            23:59:04  █████████████████████████████████ 2 granted

            1 of 2 clients refused at least once
            ip      requests granted refused
            1.1.1.1        5       4       1

            db: not replayed: it limits only how many run at the same time, and a log does not say how long they took

            both: not replayed: it has no limit of its own; its parts are replayed for themselves

            """.ReplaceLineEndings("\n"),
            answer.Out);
        Assert.Equal((0, ""), (answer.Code, answer.Error));
    }

    [Theory]
    [InlineData("ip", "1.1.1.1=3 2.2.2.2=1")]
    [InlineData("user", "-=2 ann=1 bob smith=1")]
    [InlineData("path", "/a=3 /b=1")]
    [InlineData("all", "all=4")]
    [InlineData("regex:agent/(\\d)", "1=2 2=1")]
    [InlineData("regex:(x)?agent/(?<key>\\d)", "1=2 2=1")]
    [InlineData("regex:agent/\\d", "agent/1=2 agent/2=1")]
    public async Task Whoever_is_meant_is_counted_for_himself(string by, string expected)
    {
        string log = _workshop.Write("access.log", string.Join('\n', [
            Line(0, "1.1.1.1", "-", "GET /a HTTP/1.1", "agent/1"),
            Line(1, "1.1.1.1", "ann", "GET /a?x=1 HTTP/1.1", "agent/1"),
            Line(2, "1.1.1.1", "bob smith", "POST /b HTTP/1.1", "agent/2"),
            Line(3, "2.2.2.2", "-", "GET /a HTTP/1.1", "other \\\" quote")]));
        string file = _workshop.Write("limits.toml", "[limiters.api]\nrate_per_second = 100\n");

        JsonElement json = (await _workshop.RunAsync("replay", log, "-f", file, "--by", by, "--json")).Json;

        Assert.Equal(expected, string.Join(' ', json.GetProperty("limiters")[0].GetProperty("top").EnumerateArray()
            .Select(static client => Invariant($"{client.GetProperty("key").GetString()}={client.GetProperty("requests").GetInt32()}"))
            .Order(StringComparer.Ordinal)));
        Assert.Equal(4 - json.GetProperty("requests").GetInt32(), json.GetProperty("without_key").GetInt32());
    }

    [Fact]
    public async Task A_log_may_be_compressed_and_in_the_common_format()
    {
        string log = _workshop.PathOf("access.log.1");
        using (GZipStream zip = new(File.Create(log), CompressionLevel.Fastest))
        {
            for (int i = 0; i < 5; i++)
            {
                zip.Write(Encoding.UTF8.GetBytes("1.1.1.1 - - [27/Feb/2026:23:59:00 +0100] \"GET / HTTP/1.0\" 200 -\r\n"));
            }
        }

        string file = _workshop.Write("limits.toml", "[limiters.api]\nrate_per_second = 1\nburst = 2\n");

        JsonElement json = (await _workshop.RunAsync("replay", log, "-f", file, "--json")).Json;

        Assert.Equal(5, json.GetProperty("requests").GetInt32());
        Assert.Equal(2, json.GetProperty("limiters")[0].GetProperty("grants").GetInt32());
        Assert.Equal("2026-02-27T22:59:00Z", json.GetProperty("first").GetString());
    }

    [Fact]
    public async Task Lines_that_come_far_too_late_are_counted_where_they_are_found()
    {
        string log = _workshop.Write("access.log", string.Join('\n', [Line(0, "a"), Line(1000, "a"), Line(1400, "a"), Line(500, "a")]));
        string file = _workshop.Write("limits.toml", "[limiters.api]\nrate_per_second = 0.001\n");

        JsonElement json = (await _workshop.RunAsync("replay", log, "-f", file, "--json")).Json;

        // At 0 and at 1000; the last is taken for one of 1000, too.
        Assert.Equal(1, json.GetProperty("late").GetInt32());
        Assert.Equal(2, json.GetProperty("limiters")[0].GetProperty("grants").GetInt32());
    }

    [Theory]
    [InlineData("--by", "colour", "--by must be ip, user, path, all or regex:PATTERN, not 'colour'.")]
    [InlineData("--by", "regex:(", "--by regex:(: ")]
    [InlineData("--limiter", "apj", "There is no limiter 'apj'. Did you mean 'api'?")]
    [InlineData("--top", "-1", "--top must be from 0 to 1000000, not -1.")]
    public async Task Misuse_is_said_and_answered_with_2(string option, string value, string said)
    {
        string log = _workshop.Write("access.log", Line(0, "1.1.1.1"));
        string file = _workshop.Write("limits.toml", "[limiters.api]\nrate_per_second = 1\n");

        Answer answer = await _workshop.RunAsync("replay", log, "--file", file, option, value);

        Assert.Equal((2, ""), (answer.Code, answer.Out));
        Assert.StartsWith("ratesync: " + said, answer.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await _workshop.RunAsync("replay", _workshop.PathOf("none.log"), "--file", file)).Code);
    }

    [Fact]
    public async Task A_log_without_a_request_is_answered_with_1()
    {
        string log = _workshop.Write("access.log", "one\ntwo\n");
        string file = _workshop.Write("limits.toml", "[limiters.api]\nrate_per_second = 1\n");

        Answer answer = await _workshop.RunAsync("replay", log, "--file", file);

        Assert.Equal(1, answer.Code);
        Assert.StartsWith("access.log: 2 lines, no request\n2 lines are not in the combined or the common log format:\n", answer.Out, StringComparison.Ordinal);
    }

    private static List<(long Second, string Client)> Requests(int seed, int count, int clients, int seconds)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count)
            .Select(_ => (Second: (long)random.Next(seconds), Client: Invariant($"10.0.0.{random.Next(random.Next(1, clients))}")))
            .OrderBy(static request => request.Second)];
    }

    /// <summary>Lines that are written when requests end: within some seconds of each other they may be in any order.</summary>
    private string WriteLog(List<(long Second, string Client)> requests, int shuffleWithin, int seed)
    {
        Random random = new(seed);
        IEnumerable<string> lines = requests
            .OrderBy(request => request.Second + random.Next(shuffleWithin))
            .Select(static request => Line(request.Second, request.Client));
        return _workshop.Write("access.log", string.Join('\n', lines) + '\n');
    }

    private static string Line(long second, string client, string user = "-", string request = "GET / HTTP/1.1", string agent = "test") => string.Create(
        CultureInfo.InvariantCulture, $"{client} - {user} [{s_start.AddSeconds(second):dd/MMM/yyyy:HH:mm:ss} +0000] \"{request}\" 200 12 \"-\" \"{agent}\"");

    private static void AssertLike(JsonElement limiter, Dictionary<string, Model.Figures> model)
    {
        Dictionary<string, Model.Figures> found = limiter.GetProperty("top").EnumerateArray().ToDictionary(
            static client => client.GetProperty("key").GetString()!,
            static client => new Model.Figures(
                client.GetProperty("grants").GetInt64(),
                client.GetProperty("refusals").GetInt64(),
                client.GetProperty("waits").GetInt64(),
                client.GetProperty("longest_wait_ms").GetDouble() / 1000),
            StringComparer.Ordinal);
        Assert.Equal(model.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        foreach ((string client, Model.Figures expected) in model)
        {
            // A key's entry is a word: its time is rounded, by some microseconds, and so is a rate, by a millionth.
            Assert.Equal(expected with { LongestWait = 0 }, found[client] with { LongestWait = 0 });
            Assert.Equal(expected.LongestWait, found[client].LongestWait, 0.005 + (expected.LongestWait * 1e-5));
        }

        Assert.Equal(model.Values.Sum(static figures => figures.Grants), limiter.GetProperty("grants").GetInt64());
        Assert.Equal(model.Values.Sum(static figures => figures.Refusals), limiter.GetProperty("refusals").GetInt64());
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
