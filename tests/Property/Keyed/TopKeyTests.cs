using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Keyed;

public sealed class TopKeyTests
{
    [Fact]
    public void The_hottest_and_the_most_refused_keys_are_found_within_their_error()
    {
        ManualClock clock = new();
        using KeyedLimiter limiter = new(1, 1_000_000, new KeyedLimiterOptions { TopKeys = 50 }, clock);
        Random random = new(7);
        int[] requests = new int[5];
        for (int i = 0; i < 600_000; i++)
        {
            // Half of all requests are for one key, a quarter for the next and so on; the rest for thousands of others.
            int key = int.TrailingZeroCount(random.Next() | (1 << 5));
            if (key < requests.Length)
            {
                requests[key]++;
                Assert.True(limiter.TryAcquire("hot " + key));
            }
            else
            {
                limiter.TryAcquire("cold " + random.Next(5_000));
            }
        }

        IReadOnlyList<KeyActivity> hottest = limiter.GetHottestKeys(3);
        Assert.Equal(3, hottest.Count);
        for (int key = 0; key < 3; key++)
        {
            // One in 64 is looked at: more than a thousand of each of these, so chance moves the estimate by a few hundredths.
            Assert.Equal("hot " + key, hottest[key].Key);
            long seen = hottest[key].Count;
            Assert.InRange(seen, requests[key] * 0.7, (requests[key] * 1.3) + hottest[key].Error);
            Assert.InRange(hottest[key].Error, 0, seen);
        }

        Assert.Empty(limiter.GetMostRefusedKeys());
    }

    [Fact]
    public void Refused_keys_are_counted_apart()
    {
        using KeyedLimiter limiter = new(1e-6, 1, new KeyedLimiterOptions { TopKeys = 10 }, new ManualClock());
        for (int i = 0; i < 50_000; i++)
        {
            limiter.TryAcquire("greedy");
            limiter.TryAcquire(i);
        }

        KeyActivity first = limiter.GetMostRefusedKeys(5)[0];
        Assert.Equal("greedy", first.Key);
        Assert.InRange(first.Count, 50_000 * 0.6, 50_000 * 1.4);
    }
}
