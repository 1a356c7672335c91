using RateSync.Fast.Tests.Stress.Running;

namespace RateSync.Fast.Tests.Stress.Keyed;

/// <summary>Of no key are more slots out than it has, and all come back, whatever other keys come and go.</summary>
public sealed class KeyedConcurrencyTests
{
    private const int Slots = 3;
    private const int Busy = 8;

    [Theory]
    [InlineData(2, 200)]
    [InlineData(4, 2_000)]
    [InlineData(16, 2_000)]
    public void Of_no_key_more_slots_are_out_than_it_has(int threads, int keys)
    {
        KeyedLimiter limiter = KeyedLimiter.Concurrency(Slots, new KeyedLimiterOptions { MaxKeys = 256 });
        int[] inside = new int[keys];
        int most = 0;
        int refused = 0;
        long end = Environment.TickCount64 + 700;
        Team.Run(threads, number =>
        {
            Random random = new(number);
            Queue<int> held = [];
            while (Environment.TickCount64 < end)
            {
                int key = random.Next(2) == 0 ? random.Next(Busy) : random.Next(keys);
                if (limiter.TryAcquire((long)key))
                {
                    int now = Interlocked.Increment(ref inside[key]);
                    Assert.InRange(now, 1, Slots);
                    Volatile.Write(ref most, Math.Max(most, now));
                    held.Enqueue(key);
                }
                else
                {
                    Interlocked.Increment(ref refused);
                }

                while (held.Count > random.Next(30))
                {
                    Release(held.Dequeue());
                }

                if (random.Next(500) == 0)
                {
                    limiter.ForgetUnused();
                }
            }

            while (held.TryDequeue(out int last))
            {
                Release(last);
            }
        });
        Assert.Equal(Slots, most);
        Assert.NotEqual(0, refused);
        Assert.All(inside, static count => Assert.Equal(0, count));
        limiter.ForgetUnused();
        Assert.Equal(0, limiter.Count);
        for (int key = 0; key < 50; key++)
        {
            Assert.Equal(Slots, Enumerable.Range(0, 2 * Slots).Count(_ => limiter.TryAcquire((long)key)));
        }

        void Release(int key)
        {
            Interlocked.Decrement(ref inside[key]);
            limiter.Release((long)key);
        }
    }
}
