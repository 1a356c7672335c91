namespace RateSync.Fast.Tests.Unit.Named;

/// <summary>A clock that throws while somebody fetches what was granted after a wait: the permit is theirs, or it is given back.</summary>
public sealed class FailingClockResultTests
{
    private readonly FailingClock _clock = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_permit_is_handed_over_whatever_the_clock_does(int read)
    {
        using TicketSemaphore semaphore = new(1, timeProvider: _clock);
        Assert.True(semaphore.TryEnter());
        ValueTask<Permit> wait = semaphore.AcquireAsync(1, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        semaphore.Exit();
        Complete(() => wait.IsCompleted);
        _clock.FailAt(read);
        Permit permit = Fetch(wait);
        _clock.Heal();
        Assert.Equal(1, permit.Permits);
        Assert.False(semaphore.TryEnter());
        permit.Dispose();
        Assert.True(semaphore.TryEnter());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_decision_is_handed_over_or_its_permit_comes_back(int read)
    {
        using TokenBucket bucket = new(1e-3, 1, timeProvider: _clock);
        Assert.True(bucket.TryAcquire(out Permit first));
        ValueTask<Decision> wait = bucket.AttemptAsync(1, Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
        first.Refund(1);
        Complete(() => wait.IsCompleted);
        _clock.FailAt(read);
        bool got = false;
        try
        {
            got = Fetch(wait).Allowed;
        }
        catch (FailingClock.ClockException)
        {
            // Then it is as if there had been no call.
        }

        _clock.Heal();
        Assert.Equal(!got, bucket.TryAcquire());
    }

    /// <summary>On this thread: it is complete.</summary>
    private static T Fetch<T>(ValueTask<T> wait) => wait.GetAwaiter().GetResult();

    private static void Complete(Func<bool> isComplete) => Assert.True(SpinWait.SpinUntil(isComplete, TimeSpan.FromSeconds(60)));
}
