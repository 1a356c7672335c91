using RateSync.Fast.Testing;

namespace RateSync.Fast.Tests.Platform.Testing;

/// <summary>The clock for tests does what its documentation says.</summary>
public class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Both_clocks_move_together_and_only_when_told_to()
    {
        long stamp = _clock.GetTimestamp();
        DateTimeOffset time = _clock.GetUtcNow();
        Assert.Equal(stamp, _clock.GetTimestamp());
        _clock.Advance(TimeSpan.FromTicks(12_345));
        Assert.Equal(TimeSpan.FromTicks(12_345), _clock.GetElapsedTime(stamp));
        Assert.Equal(TimeSpan.FromTicks(12_345), _clock.GetUtcNow() - time);
        _clock.AdvanceTo(time + TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.FromHours(1), _clock.Elapsed);
        Assert.Equal("2030-01-01T01:00:00.0000000+00:00", _clock.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.AdvanceTo(time));
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public void Timers_fire_in_the_order_they_are_due_each_at_its_own_time()
    {
        List<(string Name, double Seconds)> fired = [];
        using ITimer late = Timer("late", 3);
        using ITimer first = Timer("first", 1);
        using ITimer second = Timer("second", 1);
        using ITimer periodic = Timer("periodic", 0.75, 1);
        using ITimer never = Timer("never", 100);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal([("periodic", 0.75), ("first", 1), ("second", 1), ("periodic", 1.75), ("periodic", 2.75), ("late", 3)], fired);
        Assert.Equal(2, _clock.PendingTimers);

        ITimer Timer(string name, double due, double period = 0) => _clock.CreateTimer(
            _ => fired.Add((name, _clock.Elapsed.TotalSeconds)), null, TimeSpan.FromSeconds(due), TimeSpan.FromSeconds(period));
    }

    [Fact]
    public void Timers_can_be_changed_stopped_and_disposed_of_from_a_callback()
    {
        int fired = 0;
        ITimer? timer = null;
        timer = _clock.CreateTimer(
            _ =>
            {
                fired++;
                if (fired == 3)
                {
                    timer!.Dispose();
                }
                else
                {
                    timer!.Change(TimeSpan.FromSeconds(fired), Timeout.InfiniteTimeSpan);
                }
            },
            null,
            TimeSpan.Zero,
            Timeout.InfiniteTimeSpan);
        Assert.Equal(0, fired);
        _clock.Advance(TimeSpan.Zero);
        Assert.Equal(1, fired);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(3, fired);
        Assert.False(timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        Assert.Equal(0, _clock.PendingTimers);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => _clock.CreateTimer(static _ => { }, null, TimeSpan.FromSeconds(-5), TimeSpan.Zero));
    }

    [Fact]
    public void A_callback_may_move_the_clock_further()
    {
        List<double> fired = [];
        using ITimer moving = _clock.CreateTimer(
            _ => _clock.Advance(TimeSpan.FromSeconds(5)), null, TimeSpan.FromSeconds(1), TimeSpan.Zero);
        using ITimer other = _clock.CreateTimer(
            _ => fired.Add(_clock.Elapsed.TotalSeconds), null, TimeSpan.FromSeconds(4), TimeSpan.Zero);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([4], fired);
        Assert.Equal(TimeSpan.FromSeconds(6), _clock.Elapsed);
    }

    [Fact]
    public void It_can_move_by_itself_with_each_reading()
    {
        _clock.AutoAdvance = TimeSpan.FromMilliseconds(1);
        long start = _clock.GetTimestamp();
        Assert.Equal(TimeSpan.FromMilliseconds(1), _clock.GetElapsedTime(start));
        _clock.GetUtcNow();
        Assert.Equal(TimeSpan.FromMilliseconds(3), _clock.Elapsed);
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.AutoAdvance = TimeSpan.FromTicks(-1));
    }

    [Fact]
    public async Task Delays_and_cancellations_of_the_platform_go_by_it()
    {
        Task delay = Task.Delay(TimeSpan.FromDays(1), _clock);
        using CancellationTokenSource source = new(TimeSpan.FromDays(2), _clock);
        _clock.Advance(TimeSpan.FromDays(1));
        await delay;
        Assert.False(source.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.True(source.IsCancellationRequested);
    }
}
