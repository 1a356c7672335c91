using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Keyed;

public sealed class KeyedIdleTests
{
    /// <summary>Limits whose words tell time modulo minutes, hours, days or years.</summary>
    public static TheoryData<string> Limits => ["bucket", "fast bucket", "large bucket", "fixed", "short fixed", "sliding 1", "sliding 15", "sliding 5000"];

    [Theory]
    [MemberData(nameof(Limits))]
    public void However_long_nobody_calls_a_key_is_whole_again_afterwards(string name)
    {
        Random random = new(1);
        for (int i = 0; i < 400; i++)
        {
            ManualClock clock = new(start: random.NextInt64(1L << 50));
            using KeyedLimiter limiter = Make(name, clock);
            for (int key = 0; key < 3; key++)
            {
                Exhaust(limiter, key);
            }

            // From seconds to years, evenly in the logarithm.
            clock.Advance((long)(20e9 * Math.Pow(2, random.NextDouble() * 22)));
            for (int key = 0; key < 3; key++)
            {
                Assert.Equal(limiter.Limit, limiter.Peek(key).Remaining);
                Assert.True(limiter.TryAcquire(key, (int)limiter.Limit));
                Assert.False(limiter.TryAcquire(key));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void However_long_one_key_is_idle_while_others_are_busy_it_is_whole_again_afterwards(string name)
    {
        Random random = new(2);
        ManualClock clock = new();
        using KeyedLimiter limiter = Make(name, clock);
        for (int i = 0; i < 300; i++)
        {
            for (int key = 0; key < 3; key++)
            {
                Exhaust(limiter, key);
            }

            long pause = (long)(20e9 * Math.Pow(2, random.NextDouble() * 16));
            long calls = random.Next(1, 20);
            for (int call = 0; call < calls; call++)
            {
                clock.Advance(pause / calls);
                limiter.TryAcquire("busy");
            }

            for (int key = 0; key < 3; key++)
            {
                Assert.Equal(limiter.Limit, limiter.Peek(key).Remaining);
            }
        }
    }

    private static KeyedLimiter Make(string name, ManualClock clock) => name switch
    {
        "bucket" => new KeyedLimiter(1, 5, null, clock),
        "fast bucket" => new KeyedLimiter(1e6, 31, null, clock),
        "large bucket" => new KeyedLimiter(1e9, 1 << 20, null, clock),
        "fixed" => KeyedLimiter.FixedWindow(10, TimeSpan.FromSeconds(10), null, clock),
        "short fixed" => KeyedLimiter.FixedWindow(1_000_000_000, TimeSpan.FromMilliseconds(1), null, clock),
        "sliding 1" => KeyedLimiter.SlidingWindow(1, TimeSpan.FromSeconds(1), null, clock),
        "sliding 15" => KeyedLimiter.SlidingWindow(15, TimeSpan.FromMilliseconds(100), null, clock),
        _ => KeyedLimiter.SlidingWindow(5000, TimeSpan.FromSeconds(1), null, clock),
    };

    /// <summary>Takes a key's permits all at once, so that nothing is set aside for it.</summary>
    private static void Exhaust(KeyedLimiter limiter, int key)
    {
        limiter.TryAcquire(key, (int)limiter.Limit);
        Assert.Equal(0, limiter.Peek(key).Remaining);
    }
}
