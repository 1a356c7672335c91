using RateSync.Fast.Tests.Stress.Checking;
using RateSync.Fast.Tests.Stress.Controls;
using RateSync.Fast.Tests.Stress.Running;

namespace RateSync.Fast.Tests.Stress.Semaphores;

/// <summary>Never more inside than there are slots, everybody out at the end, and first come, first served.</summary>
public sealed class SemaphoreTests
{
    private static readonly TimeSpan s_length = TimeSpan.FromMilliseconds(1_000);

    [Theory]
    [InlineData(3, Sharding.None, 2, 1)]
    [InlineData(3, Sharding.None, 16, 1)]
    [InlineData(5, Sharding.None, 4, 4)]
    [InlineData(17, Sharding.Auto, 4, 1)]
    [InlineData(24, Sharding.Auto, 16, 12)]
    public void A_crowd_never_exceeds_the_slots_and_leaves_them_all_free(int slots, Sharding sharding, int threads, int mostSlots) =>
        Verify.Of(() => new Crowd(Make(slots, sharding), s_length).Run(threads, mostSlots));

    [Fact]
    public void An_adaptive_semaphore_keeps_its_largest_limit_and_loses_no_slot() => Verify.Of(() =>
    {
        AdaptiveSemaphoreOptions options = new() { MaxConcurrent = 12, Window = TimeSpan.FromMilliseconds(2), MinSamples = 5 };
        AdaptiveSemaphore semaphore = new(options);
        return Judgement.WorstOf(
            new Crowd(new AdaptiveSubject(semaphore), s_length).Run(threads: 4, mostSlots: 1),
            semaphore.Available == semaphore.CurrentLimit
                ? Judgement.Pass($"limit {semaphore.CurrentLimit}")
                : Judgement.Violation($"{semaphore.Available} free of {semaphore.CurrentLimit}"));
    });

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(16)]
    public void Waiters_are_served_in_order(int threads) =>
        Verify.Of(() => new FifoQueue(Make(1, Sharding.None)).Run(threads, 800 / threads));

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public void Disposing_from_two_threads_sends_everybody_home(int threads)
    {
        for (int round = 0; round < 60; round++)
        {
            using TicketSemaphore semaphore = new(2);
            int ended = 0;
            int called = 0;
            Team.Run(threads, number =>
            {
                List<Task> waits = [];
                for (int i = 0; i < 100; i++)
                {
                    waits.Add(EnterAndStayAsync());
                    if (number < 2 && i == 50)
                    {
                        semaphore.Dispose();
                    }
                }

                Task.WaitAll(waits);
            });
            Assert.Equal(threads * 100, Volatile.Read(ref called));
            Assert.Equal(called, ended);

            async Task EnterAndStayAsync()
            {
                Interlocked.Increment(ref called);
                try
                {
                    using Permit permit = await semaphore.AcquireAsync(1, CancellationToken.None).ConfigureAwait(false);
                    await Task.Yield();
                }
                catch (ObjectDisposedException)
                {
                }

                Interlocked.Increment(ref ended);
            }
        }
    }

    [Fact]
    public void A_semaphore_that_checks_before_it_counts_is_found() => Verify.IsFound(static () =>
        new Crowd(new CheckThenCountSemaphore(3), s_length).Run(threads: 4, mostSlots: 1));

    [Fact]
    public void A_semaphore_that_hands_slots_to_those_who_have_left_is_found() => Verify.IsFound(static () =>
        new Crowd(new LossySemaphore(3, fifo: true), s_length).Run(threads: 4, mostSlots: 1));

    [Fact]
    public void A_semaphore_that_serves_the_last_first_is_found() => Verify.IsFound(static () =>
        new FifoQueue(new LossySemaphore(1, fifo: false)).Run(threads: 2, rounds: 50));

    private static LimiterSubject Make(int slots, Sharding sharding) =>
        new(new TicketSemaphore(slots, new TicketSemaphoreOptions { Sharding = sharding }));
}
