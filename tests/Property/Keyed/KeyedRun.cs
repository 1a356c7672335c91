using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Keyed;

/// <summary>One random sequence of calls for random keys, each compared with the key's own model.</summary>
internal sealed class KeyedRun(KeyedLimiter limiter, ManualClock clock, KeyedModel model, Random random, List<string> log)
{
    /// <summary>Keys to choose from.</summary>
    public required int Keys { get; init; }

    /// <summary>Steps of the clock, in ticks, at which the limiter is exact.</summary>
    public required long Unit { get; init; }

    /// <summary>The longest step of the clock.</summary>
    public required long Stride { get; init; }

    public void Steps(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            Step();
            string key = "key " + random.Next(Keys);
            Assert.True(
                model.Remaining(key, clock.Ticks) == limiter.Peek(key).Remaining,
                $"{key} has {limiter.Peek(key).Remaining} left instead of {model.Remaining(key, clock.Ticks)}.");
        }

        log.Add("The end");
        foreach (string key in model.Keys)
        {
            Assert.Equal(model.Remaining(key, clock.Ticks), limiter.Peek(key).Remaining);
        }

        // Forgetting changes nothing.
        limiter.ForgetUnused();
        foreach (string key in model.Keys)
        {
            Assert.Equal(model.Remaining(key, clock.Ticks), limiter.Peek(key).Remaining);
        }
    }

    private void Step()
    {
        string key = "key " + random.Next(Keys);
        int permits = random.Next(3) == 0 ? random.Next(1, (int)limiter.Limit + 1) : 1;
        long now = clock.Ticks;
        switch (random.Next(12))
        {
            case 0 or 1 or 2 or 3:
                log.Add($"TryAcquire({key}, {permits})");
                Assert.Equal(model.TryTake(key, now, permits), limiter.TryAcquire(key, permits));
                break;
            case 4 or 5:
                Attempt(key, permits);
                break;
            case 6:
                log.Add($"TryAcquire({key}, 0)");
                Assert.Equal(model.Remaining(key, now) > 0, limiter.TryAcquire(key, 0));
                break;
            case 7:
                int back = random.Next((int)limiter.Limit + 1);
                log.Add($"Refund({key}, {back})");
                model[key].Refund(now, back, now);
                limiter.Refund(key, back);
                break;
            case 8:
                int more = random.Next(1, 4);
                log.Add($"Settle({key}, 1, {1 + more})");
                model[key].Take(now, more);
                limiter.Settle(key, 1, 1 + more);
                break;
            case 9:
                log.Add("ForgetUnused()");
                limiter.ForgetUnused();
                break;
            default:
                long ticks = random.NextInt64(random.Next(3) == 0 ? Stride : Stride / 100) / Unit * Unit;
                log.Add($"Advance({ticks})");
                clock.Advance(ticks);
                break;
        }
    }

    private void Attempt(string key, int permits)
    {
        log.Add($"Attempt({key}, {permits})");
        long now = clock.Ticks;
        long due = model[key].DueAt(now, permits);
        Decision peek = limiter.Peek(key, permits);
        Decision decision = limiter.Attempt(key, permits);
        Assert.Equal(model.TryTake(key, now, permits), decision.Allowed);
        Assert.Equal(decision.Allowed, peek.Allowed);
        Assert.Equal(model.Remaining(key, now), decision.Remaining);
        if (!decision.Allowed)
        {
            Assert.True(decision.Missing >= permits - decision.Remaining);
            // Rounded up to 100 ns.
            Assert.Equal((((due - now) * TimeSpan.TicksPerSecond) + (1L << 20) - 1) >> 20, decision.RetryAfter.Ticks);
        }
    }
}
