using RateSync.Fast.Named;
using RateSync.Fast.Tests.Stress.Running;

namespace RateSync.Fast.Tests.Stress.Named;

/// <summary>A limiter that refers to others, which are changed while calls go through it to them.</summary>
public sealed class SharedPartTests
{
    [Fact]
    public void A_part_is_changed_while_calls_by_what_refers_to_it_go_on()
    {
        NamedParts parts = new();
        NamedLimiter rate = parts.Make("rate", Rate(0));
        NamedLimiter slots = parts.Make("slots", Slots(0));
        NamedLimiter both = parts.Make("both", new LimiterOptions { Limiters = ["rate", "slots"] });
        NamedLimiter outer = parts.Make("outer", new LimiterOptions { Limiters = ["both"] });
        int working = 3;
        Team.Run(5, number =>
        {
            Random random = new(number);
            if (number < 2)
            {
                for (int i = 0; Volatile.Read(ref working) > 0; i++)
                {
                    NamedLimiter part = number == 0 ? rate : slots;
                    part.Change(part.Prepare(number == 0 ? Rate(i) : Slots(i)));
                    Thread.Yield();
                }

                return;
            }

            try
            {
                for (int i = 0; i < 5_000; i++)
                {
                    NamedLimiter limiter = number == 2 ? outer : both;
                    switch (random.Next(5))
                    {
                        case 0:
                            limiter.GetState();
                            limiter.GetMetrics();
                            break;
                        case 1:
                            limiter.Peek();
                            break;
                        case 2:
                            limiter.Attempt().Permit.Dispose();
                            break;
                        case 3 when i % 10 == 0:
                            limiter.AttemptAsync(1, TimeSpan.FromMilliseconds(5)).AsTask().GetAwaiter().GetResult().Permit.Dispose();
                            break;
                        default:
                            if (limiter.TryAcquire(out Permit permit))
                            {
                                permit.Dispose();
                            }

                            break;
                    }
                }
            }
            finally
            {
                Interlocked.Decrement(ref working);
            }
        });
        Assert.Equal(0, slots.GetMetrics().CurrentConcurrent);
    }

    private static LimiterOptions Rate(int change) => new() { RatePerSecond = 1_000_000, Burst = 100 + (change % 10) };

    private static LimiterOptions Slots(int change) => new() { MaxConcurrent = 1 + (change % 5), RatePerSecond = change % 3 == 0 ? null : 1e6 };
}
