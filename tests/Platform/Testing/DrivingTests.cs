using RateSync.Fast.Testing;

namespace RateSync.Fast.Tests.Platform.Testing;

/// <summary>Code that waits several times in a row, driven by a clock.</summary>
public sealed class DrivingTests : IDisposable
{
    private readonly TestRegistry _test = new();

    public DrivingTests() => _test.Registry.ConfigureLimiter("mail", new LimiterOptions { RatePerSecond = 1, Burst = 1 });

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Waits_in_a_row_take_the_clocks_time_that_they_need_and_no_more()
    {
        Assert.Equal(21, await _test.Clock.AdvanceUntilAsync(SendAsync(21)));
        Assert.Equal(TimeSpan.FromSeconds(20), _test.Clock.Elapsed);
    }

    [Fact]
    public async Task Several_in_a_line_are_driven_together()
    {
        await _test.Clock.AdvanceUntilAsync(Task.WhenAll(SendAsync(4), SendAsync(4), SendAsync(4)));
        Assert.Equal(TimeSpan.FromSeconds(11), _test.Clock.Elapsed);
    }

    [Fact]
    public async Task Timers_of_others_fire_on_the_way()
    {
        int fired = 0;
        using ITimer other = _test.Clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
        await _test.Clock.AdvanceUntilAsync(SendAsync(4));
        Assert.True(_test.Clock.Elapsed >= TimeSpan.FromSeconds(3));
        Assert.Equal((int)Math.Floor(_test.Clock.Elapsed.TotalSeconds + 0.5), fired);
    }

    [Fact]
    public async Task A_task_that_is_complete_does_not_move_the_clock()
    {
        using ITimer timer = _test.Clock.CreateTimer(static _ => { }, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        await _test.Clock.AdvanceUntilAsync(Task.CompletedTask);
        Assert.Equal(7, await _test.Clock.AdvanceUntilAsync(Task.FromResult(7)));
        Assert.Equal(TimeSpan.Zero, _test.Clock.Elapsed);
    }

    [Fact]
    public async Task What_the_task_throws_comes_out()
    {
        _test["mail"].ShouldGrant();
        await Assert.ThrowsAsync<RateLimitTimeoutException>(() => _test.Clock.AdvanceUntilAsync(
            _test.Registry.AcquireAsync("mail", TimeSpan.FromSeconds(0.5)).AsTask()));
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(2), _test.Clock);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _test.Clock.AdvanceUntilAsync(
            Task.Delay(Timeout.InfiniteTimeSpan, stop.Token)));
        Assert.Equal(TimeSpan.FromSeconds(2), _test.Clock.Elapsed);
    }

    [Fact]
    public async Task It_gives_up_at_the_limit_and_moves_the_clock_no_further()
    {
        Task<int> sending = SendAsync(10);
        LimiterAssertionException error = await Assert.ThrowsAsync<LimiterAssertionException>(
            () => _test.Clock.AdvanceUntilAsync(sending, TimeSpan.FromSeconds(3.5)));
        Assert.Contains("3.5 s", error.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(3), _test.Clock.Elapsed);

        // It can be taken up again.
        Assert.Equal(10, await _test.Clock.AdvanceUntilAsync(sending));
        Assert.Equal(TimeSpan.FromSeconds(9), _test.Clock.Elapsed);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _test.Clock.AdvanceUntilAsync(sending, TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public async Task What_no_timer_ends_is_told()
    {
        TaskCompletionSource never = new();
        LimiterAssertionException error = await Assert.ThrowsAsync<LimiterAssertionException>(
            () => _test.Clock.AdvanceUntilAsync(never.Task, TimeSpan.FromHours(1), patience: TimeSpan.FromMilliseconds(20)));
        Assert.Contains("no timer", error.Message, StringComparison.Ordinal);
    }

    private async Task<int> SendAsync(int mails)
    {
        for (int mail = 0; mail < mails; mail++)
        {
            await _test.Registry.AcquireAsync("mail");
        }

        return mails;
    }
}
