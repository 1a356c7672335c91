using RateSync.Fast.Testing;

namespace RateSync.Fast.Tests.Platform.Testing;

/// <summary>The log finds every interval with too many grants and no other.</summary>
public class GrantLogTests
{
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_greedy_bucket_keeps_its_bound_and_not_a_tighter_one(int seed)
    {
        Random random = new(seed);
        using TokenBucket bucket = new(3, 5, timeProvider: _clock);
        GrantLog log = new(_clock);
        for (int i = 0; i < 2_000; i++)
        {
            while (log.TryAcquire(bucket, random.Next(1, 3)))
            {
                // As many as there are.
            }

            _clock.Advance(TimeSpan.FromTicks(random.Next(1, 10_000_000)));
        }

        Assert.True(log.Permits > 2_000);
        log.ShouldKeepWithin(3, 5);
        Assert.Throws<LimiterAssertionException>(() => log.ShouldKeepWithin(3, 4));
        Assert.Throws<LimiterAssertionException>(() => log.ShouldKeepWithin(2.9, 5));
    }

    [Fact]
    public void Long_pauses_do_not_count_and_one_grant_too_many_is_named()
    {
        GrantLog log = new(_clock);
        log.ShouldKeepWithin(1, 1);
        for (int i = 0; i < 3; i++)
        {
            _clock.Advance(TimeSpan.FromHours(5));
            log.Record(2);
        }

        log.ShouldKeepWithin(1, 2);
        _clock.Advance(TimeSpan.FromMilliseconds(1500));
        log.Record();
        log.ShouldKeepWithin(1, 2);
        log.Record();
        string message = Assert.Throws<LimiterAssertionException>(() => log.ShouldKeepWithin(1, 2)).Message;
        Assert.StartsWith("4 permits within 1500 ms", message, StringComparison.Ordinal);
        Assert.Contains("0.5 more than 2 + 1/s", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void It_agrees_with_a_look_at_every_interval(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 200; round++)
        {
            GrantLog log = new(_clock);
            List<(long Before, long After, int Permits)> grants = [];
            int count = random.Next(1, 12);
            for (int i = 0; i < count; i++)
            {
                long before = random.Next(0, 60) * TimeSpan.TicksPerSecond;
                long after = before + random.Next(0, 4) * TimeSpan.TicksPerSecond;
                int permits = random.Next(1, 4);
                grants.Add((before, after, permits));
                log.Record(before, after, permits);
            }

            bool isBroken = grants.Any(first => grants.Any(last => last.After >= first.Before && grants
                .Where(grant => grant.Before >= first.Before && grant.After <= last.After)
                .Sum(static grant => grant.Permits) > 4 + 0.25 * (last.After - first.Before) / TimeSpan.TicksPerSecond));
            Exception? failure = Record.Exception(() => log.ShouldKeepWithin(0.25, 4));
            Assert.Equal(isBroken, failure is LimiterAssertionException);
        }
    }

    [Fact]
    public async Task Threads_on_the_real_clock_keep_the_bound()
    {
        using TokenBucket bucket = new(20_000, 50);
        GrantLog log = new();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 200; i++)
            {
                await log.AcquireAsync(bucket);
                log.TryAcquire(bucket);
            }
        })));
        Assert.True(log.Permits >= 800);
        log.ShouldKeepWithin(20_000, 50);
    }
}
