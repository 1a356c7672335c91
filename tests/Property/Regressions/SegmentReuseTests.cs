namespace RateSync.Fast.Tests.Property.Regressions;

/// <summary>A waiter for many permits sits in many segments, the first of which may be in use again while it still waits.</summary>
public class SegmentReuseTests
{
    [Theory]
    [InlineData(2000, 1100, 1090)]
    [InlineData(2000, 1100, 1024)]
    [InlineData(400, 200, 199)]
    [InlineData(100, 65, 33)]
    public async Task A_waiter_for_many_that_leaves_late_gives_back_what_had_come_and_harms_nobody(int max, int asked, int released)
    {
        using TicketSemaphore gate = new(max, new TicketSemaphoreOptions { Sharding = Sharding.None });
        Assert.True(gate.TryAcquire(max));
        using CancellationTokenSource leaving = new();
        Task<Permit> late = gate.AcquireAsync(asked, leaving.Token).AsTask();
        gate.Release(released);
        Task<Permit>[] behind = [.. Enumerable.Range(0, 70).Select(_ => gate.AcquireAsync().AsTask())];

        Task cancel = Task.Run(leaving.Cancel);
        await cancel.WaitAsync(TimeSpan.FromSeconds(60));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late.WaitAsync(TimeSpan.FromSeconds(60)));

        gate.Release(max - released);
        Permit[] permits = await Task.WhenAll(behind).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(max - permits.Length, gate.Available);
        foreach (Permit permit in permits)
        {
            permit.Dispose();
        }

        Assert.Equal(max, gate.Available);
        Assert.True(gate.TryAcquire(max));
        Assert.False(gate.TryAcquire());
    }

    [Fact]
    public async Task Who_has_left_finds_free_what_it_had_in_hand()
    {
        for (int i = 0; i < 200; i++)
        {
            using TicketSemaphore gate = new(3);
            Assert.True(gate.TryEnter());
            using CancellationTokenSource leaving = new();
            ValueTask<Permit> wait = gate.AcquireAsync(3, leaving.Token);
            Task cancel = Task.Run(leaving.Cancel);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await wait);
            Assert.True(gate.TryAcquire(2));
            await cancel;
        }
    }
}
