using System.Diagnostics;
using System.Text.Json;
using RateSync.Fast.Tool.Trying;

namespace RateSync.Fast.Tests.Tool;

public sealed class TryTests : IDisposable
{
    private readonly Workshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public async Task Callers_at_once_get_the_burst_and_no_more()
    {
        string file = _workshop.Write("limits.toml", "[limiters.api]\nrate_per_second = 0.0001\nburst = 10\n");

        JsonElement json = (await _workshop.RunAsync("try", "api", "-n", "100", "-c", "8", "--file", file, "--json")).Json;
        Answer words = await _workshop.RunAsync("try", "api", "--file", file);

        Assert.Equal(100, json.GetProperty("fired").GetInt32());
        Assert.Equal(10, json.GetProperty("grants").GetInt32());
        Assert.Equal(90, json.GetProperty("refusals").GetInt32());
        Assert.Equal(90, json.GetProperty("reasons").GetProperty("not_enough_permits").GetInt32());
        Assert.True(json.GetProperty("within_bounds").GetBoolean());
        Assert.Equal(10, json.GetProperty("timeline").EnumerateArray().Sum(static row => row.GetProperty("granted").GetInt32()));
        Assert.Equal(90, json.GetProperty("timeline").EnumerateArray().Sum(static row => row.GetProperty("refused").GetInt32()));
        Assert.Equal(0.0001, json.GetProperty("nominal_per_second").GetDouble());
        Assert.Equal(0, words.Code);
        Assert.Contains(": 10 granted, 90 refused (90 not enough permits)\n", words.Out, StringComparison.Ordinal);
        Assert.Contains("bound kept: in every interval of d seconds at most 10 + 0.0001 * d\n", words.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', words.Out);
    }

    [Fact]
    public async Task Callers_that_wait_are_all_granted_in_the_end()
    {
        string file = _workshop.Write("limits.toml", "[limiters.api]\nrate_per_second = 200\nburst = 1\n");

        JsonElement json = (await _workshop.RunAsync("try", "api", "-n", "40", "-c", "4", "--wait", "--file", file, "--json")).Json;

        Assert.Equal(40, json.GetProperty("grants").GetInt32());
        Assert.True(json.GetProperty("within_bounds").GetBoolean());

        // 39 of them come 5 ms apart, at least.
        Assert.True(json.GetProperty("elapsed_ms").GetDouble() >= 39 * 4.9);
        Assert.True(json.GetProperty("timeline").EnumerateArray().Sum(static row => row.GetProperty("waited").GetInt32()) > 0);
        Assert.True(json.GetProperty("granted_ms").GetProperty("p99").GetDouble() >= json.GetProperty("granted_ms").GetProperty("p50").GetDouble());
    }

    [Fact]
    public async Task A_wait_that_the_configuration_does_not_allow_is_a_refusal()
    {
        string file = _workshop.Write("limits.toml", "[limiters.api]\nrate_per_second = 0.001\nburst = 2\ntimeout = 1\n");

        JsonElement json = (await _workshop.RunAsync("try", "api", "-n", "9", "--wait", "--file", file, "--json")).Json;

        Assert.Equal(2, json.GetProperty("grants").GetInt32());
        Assert.Equal(7, json.GetProperty("reasons").GetProperty("wait_too_long").GetInt32());
    }

    [Fact]
    public async Task Calls_are_offered_at_the_rate_that_was_asked_for()
    {
        string file = _workshop.Write("limits.toml", "[limiters.api]\nrate_per_second = 1000000\n");

        JsonElement json = (await _workshop.RunAsync("try", "api", "-n", "21", "--rate", "100", "--file", file, "--json")).Json;

        Assert.Equal(21, json.GetProperty("grants").GetInt32());

        // The first of them may be late, never the last early.
        Assert.True(json.GetProperty("elapsed_ms").GetDouble() > 0);
    }

    [Fact]
    public async Task Slots_that_are_held_are_never_more_than_there_are()
    {
        string file = _workshop.Write("limits.toml", "[limiters.db]\nmax_concurrent = 2\n");

        Answer answer = await _workshop.RunAsync("try", "db", "-n", "12", "-c", "6", "--wait", "--hold", "5", "--file", file);

        Assert.Equal(0, answer.Code);
        Assert.Contains("12 granted, 0 refused", answer.Out, StringComparison.Ordinal);
        Assert.Contains("bound kept: at most 2 at the same time", answer.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sliding_window", "bound kept: in every window of 1000 s at most 5\n")]
    [InlineData("fixed_window", "bound kept: in every window of 1000 s at most twice the limit of a period, 10\n")]
    public async Task Windows_keep_their_bound(string algorithm, string said)
    {
        string file = _workshop.Write("limits.toml", $"[limiters.w]\nalgorithm = \"{algorithm}\"\nlimit = 5\nwindow_seconds = 100\n");

        Answer answer = await _workshop.RunAsync("try", "w", "-n", "50", "--file", file);

        Assert.Equal(0, answer.Code);
        Assert.Contains(said.Replace("1000 s", "100 s", StringComparison.Ordinal), answer.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limiter_in_shadow_grants_everything_and_that_is_said()
    {
        string file = _workshop.Write("limits.toml", "[limiters.api]\nrate_per_second = 0.001\nshadow = true\n");

        Answer answer = await _workshop.RunAsync("try", "api", "-n", "30", "--file", file);

        Assert.Equal(0, answer.Code);
        Assert.Contains("30 granted, 0 refused", answer.Out, StringComparison.Ordinal);
        Assert.Contains("in shadow, and not within: in every interval of d seconds at most 1 + 0.001 * d.", answer.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api", "-n", "0", "--calls must be from 1 to 10000000, not 0.")]
    [InlineData("api", "--callers", "10001", "--callers must be from 1 to 10000, not 10001.")]
    [InlineData("api", "--rate", "0", "--rate must be more than 0 and at most 1000000, not 0.")]
    [InlineData("api", "--rate", "-3", "--rate must be more than 0 and at most 1000000, not -3.")]
    [InlineData("apj", "-n", "1", "There is no limiter named 'apj'. Did you mean 'api'?")]
    [InlineData("far", "-n", "1", "Limiter 'far' uses the store 'there', whose engine 'redis' needs the package RateSync.Fast.Redis")]
    public async Task Misuse_is_said_and_answered_with_2(string id, string option, string value, string said)
    {
        string file = _workshop.Write(
            "limits.toml",
            "[stores.here]\nengine = \"memory\"\n[stores.there]\nengine = \"redis\"\nurl = \"redis://localhost\"\n"
            + "[limiters.api]\nrate_per_second = 1\nstore = \"here\"\n[limiters.far]\nrate_per_second = 1\nstore = \"there\"\n");

        Answer answer = await _workshop.RunAsync("try", id, option, value, "--file", file);

        Assert.Equal((2, ""), (answer.Code, answer.Out));
        Assert.StartsWith("ratesync: " + said, answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_bound_is_found()
    {
        LimiterOptions bucket = new() { RatePerSecond = 1, Burst = 2 };
        LimiterOptions window = new() { Algorithm = LimiterAlgorithm.SlidingWindow, Limit = 2, Window = TimeSpan.FromSeconds(10) };
        LimiterOptions slots = new() { MaxConcurrent = 2 };

        Assert.Null(Assert.Single(Bound.Check(bucket, [At(0), At(0), At(1), At(2)])).Broken);
        Assert.NotNull(Assert.Single(Bound.Check(bucket, [At(0), At(0), At(0.9), At(2)])).Broken);
        Assert.Null(Assert.Single(Bound.Check(window, [At(0), At(5), At(10), At(15)])).Broken);
        Assert.NotNull(Assert.Single(Bound.Check(window, [At(0), At(5), At(9.9), At(15)])).Broken);
        Assert.NotNull(Assert.Single(Bound.Check(window, [At(0), At(5), At(10), At(11), At(14)])).Broken);
        Assert.Null(Assert.Single(Bound.Check(slots, [At(0, 5), At(0, 5), At(5, 6)])).Broken);
        Assert.NotNull(Assert.Single(Bound.Check(slots, [At(0, 5), At(0, 5), At(4.9, 6)])).Broken);
    }

    [Fact]
    public void A_grant_that_may_have_been_outside_is_no_proof()
    {
        LimiterOptions window = new() { Algorithm = LimiterAlgorithm.SlidingWindow, Limit = 1, Window = TimeSpan.FromSeconds(10) };
        long second = Stopwatch.Frequency;
        Shot slow = new(1, 1 + (10 * second), 1 + (10 * second), Granted: true, Waited: false, RefusalReason.None);

        Assert.Null(Assert.Single(Bound.Check(window, [At(0), slow])).Broken);
    }

    private static Shot At(double seconds, double returned = 0)
    {
        long at = 1 + (long)(seconds * Stopwatch.Frequency);
        return new Shot(at, at, Math.Max(at, 1 + (long)(returned * Stopwatch.Frequency)), Granted: true, Waited: false, RefusalReason.None);
    }
}
