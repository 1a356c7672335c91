using System.Net;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Allocations;

/// <summary>Calls that are answered at once allocate not one byte, once they have run a few times.</summary>
public class AllocationFreeCalls
{
    private const int Warm = 500;
    private const int Measured = 200;

    [Fact]
    public void An_allocating_call_is_detected() => Assert.True(Allocated(static () => GC.KeepAlive(new object())) >= Measured * 16);

    [Theory]
    [MemberData(nameof(AllLimiters.Names), MemberType = typeof(AllLimiters))]
    public void Questions_allocate_nothing(string name)
    {
        using Limiter limiter = AllLimiters.Create(name, new ManualClock());
        Assert.Equal(0, Allocated(() => limiter.Peek()));
        Assert.Equal(0, Allocated(() => limiter.TryAcquire(0)));
        Assert.Equal(0, Allocated(() => limiter.GetState()));
    }

    [Theory]
    [MemberData(nameof(AllLimiters.Names), MemberType = typeof(AllLimiters))]
    public void Grants_allocate_nothing(string name)
    {
        ManualClock clock = new();
        using Limiter limiter = AllLimiters.Create(name, clock);
        CheckGranted(() =>
        {
            bool granted = limiter.TryAcquire();
            limiter.Release();
            return granted;
        });
        CheckGranted(() =>
        {
            bool granted = limiter.TryAcquire(1);
            limiter.Release();
            return granted;
        });
        CheckGranted(() =>
        {
            bool granted = limiter.TryAcquire(out Permit permit);
            permit.Dispose();
            return granted;
        });
        CheckGranted(() =>
        {
            Decision decision = limiter.Attempt();
            decision.Permit.Dispose();
            return decision.Allowed;
        });
        CheckGranted(() =>
        {
            ValueTask<Permit> acquired = limiter.AcquireAsync();
            bool granted = acquired.IsCompletedSuccessfully;
            acquired.Result.Dispose();
            return granted;
        });
        CheckGranted(() =>
        {
            ValueTask<Decision> attempted = limiter.AttemptAsync(1, TimeSpan.Zero);
            bool atOnce = attempted.IsCompletedSuccessfully;
            Decision decision = attempted.Result;
            decision.Permit.Dispose();
            return atOnce && decision.Allowed;
        });

        void CheckGranted(Func<bool> call)
        {
            bool all = true;
            long bytes = Allocated(() =>
            {
                // Between two grants there is time enough for the slowest of them.
                clock.Advance(1_000_000_000L);
                all &= call();
                clock.Advance(1_000_000_000L);
            });
            Assert.True(all);
            Assert.Equal(0, bytes);
        }
    }

    [Theory]
    [MemberData(nameof(AllLimiters.Names), MemberType = typeof(AllLimiters))]
    public void Refusals_allocate_nothing(string name)
    {
        using Limiter limiter = AllLimiters.Create(name, new ManualClock());
        while (limiter.TryAcquire())
        {
        }

        bool granted = false;
        Assert.Equal(0, Allocated(() => granted |= limiter.TryAcquire()));
        Assert.Equal(0, Allocated(() => granted |= limiter.TryAcquire(1)));
        Assert.Equal(0, Allocated(() => granted |= limiter.TryAcquire(out _)));
        Assert.Equal(0, Allocated(() => granted |= limiter.Attempt().Allowed));
        Assert.Equal(0, Allocated(() => granted |= limiter.Peek().Allowed));
        Assert.Equal(0, Allocated(() => granted |= limiter.AttemptAsync(1, TimeSpan.Zero).Result.Allowed));
        Assert.False(granted);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public void Entering_and_leaving_a_semaphore_allocates_nothing(int slots)
    {
        TicketSemaphore semaphore = new(slots);
        Assert.Equal(0, Allocated(() =>
        {
            if (semaphore.TryEnter())
            {
                semaphore.Exit();
            }

            if (semaphore.TryEnter(out Permit permit))
            {
                permit.Dispose();
            }

            if (semaphore.TryAcquire(3))
            {
                semaphore.Release(3);
            }
        }));
        Assert.Equal(slots, semaphore.Available);
    }

    [Fact]
    public void Fast_rates_with_tokens_of_their_own_per_thread_allocate_nothing()
    {
        TokenBucket bucket = new(1_000_000, 1_000_000);
        Assert.Equal(0, Allocated(() => bucket.TryAcquire()));
        Assert.Equal(0, Allocated(() => bucket.Attempt()));
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(1)]
    public void Keys_of_all_kinds_allocate_nothing(int limit)
    {
        IPAddress four = IPAddress.Parse("192.0.2.1");
        IPAddress six = IPAddress.Parse("2001:db8::1");
        Guid guid = Guid.NewGuid();
        char[] text = ['a', 'b', 'c'];
        byte[] bytes = [1, 2, 3];
        foreach (KeyedLimiter limiter in (KeyedLimiter[])[
            new(limit, limit), KeyedLimiter.FixedWindow(limit, TimeSpan.FromDays(1)), KeyedLimiter.SlidingWindow(Math.Min(limit, 100), TimeSpan.FromDays(1)),
            KeyedLimiter.Concurrency(limit)])
        {
            using (limiter)
            {
                Assert.Equal(0, Allocated(() => limiter.TryAcquire("key")));
                Assert.Equal(0, Allocated(() => limiter.TryAcquire(text.AsSpan())));
                Assert.Equal(0, Allocated(() => limiter.TryAcquire(bytes.AsSpan())));
                Assert.Equal(0, Allocated(() => limiter.TryAcquire(42)));
                Assert.Equal(0, Allocated(() => limiter.TryAcquire(guid)));
                Assert.Equal(0, Allocated(() => limiter.TryAcquire(four)));
                Assert.Equal(0, Allocated(() => limiter.TryAcquire(six)));
                Assert.Equal(0, Allocated(() => limiter.Attempt("key").Permit.Dispose()));
                Assert.Equal(0, Allocated(() => limiter.Peek("key")));
            }
        }
    }

    /// <summary>Bytes that this thread allocates in warm calls.</summary>
    private static long Allocated(Action call)
    {
        for (int i = 0; i < Warm; i++)
        {
            call();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Measured; i++)
        {
            call();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
