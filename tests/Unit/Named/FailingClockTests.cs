namespace RateSync.Fast.Tests.Unit.Named;

/// <summary>
/// A clock that throws, at each of its reads in turn: the call that made it fails, and nothing else. No permit is minted or lost, a change
/// of the limiter is not held up, and whoever waits is served.
/// </summary>
public sealed class FailingClockTests : IDisposable
{
    private readonly List<LimiterRegistry> _made = [];

    private const int Limit = 4;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(1000);

    public static TheoryData<string, string> Takes => new MatrixTheoryData<string, string>(
        ["bucket", "exact", "counted", "fixed", "slots", "both", "priorities"],
        ["plain", "permit", "attempt", "peek", "state", "metrics", "wait", "change", "reset", "two"]);

    public static TheoryData<string, string> KeyTakes => new MatrixTheoryData<string, string>(
        ["bucket", "exact", "fixed", "slots", "both"],
        ["plain", "attempt", "peek", "change"]);

    public static TheoryData<string> Kinds => ["bucket", "exact", "counted", "fixed", "both", "priorities"];

    /// <remarks>Else their meters would go on being heard by other tests.</remarks>
    public void Dispose() => _made.ForEach(static registry => registry.Dispose());

    [Theory]
    [MemberData(nameof(Takes))]
    public void A_call_that_fails_takes_nothing(string kind, string use) => AtEachRead(clock =>
    {
        LimiterRegistry registry = Make(clock);
        registry.ConfigureLimiter("api", Options(kind, changed: false));
        Assert.True(registry.TryAcquire("api", out Permit first));
        return (
            () => Use(registry, kind, use),
            (taken, thrown) =>
            {
                bool isReset = use == "reset" && !thrown;
                Change(registry, Options(kind, changed: true));
                int left = Drain(() => registry.TryAcquire("api"));
                bool startsAnew = isReset && kind != "slots" && kind != "both";
                Assert.Equal(Limit - (startsAnew ? 0 : 1) - taken, left);
                GC.KeepAlive(first);
            }
        );
    });

    [Theory]
    [MemberData(nameof(KeyTakes))]
    public void A_call_for_a_key_that_fails_takes_nothing(string kind, string use) => AtEachRead(clock =>
    {
        LimiterRegistry registry = Make(clock);
        registry.ConfigureLimiter("api", Options(kind, changed: false));
        Assert.True(registry.For("api", "key").TryAcquire());
        Assert.True(registry.For("api", "other").TryAcquire());
        return (
            () => UseOfKey(registry, kind, use),
            (taken, _) =>
            {
                Change(registry, Options(kind, changed: true));
                Assert.Equal(Limit - 1 - taken, Drain(() => registry.For("api", "key").TryAcquire()));
                Assert.Equal(Limit - 1, Drain(() => registry.For("api", "other").TryAcquire()));
            }
        );
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Who_waits_is_served_when_the_clock_goes_again(string kind) => AtEachRead(clock =>
    {
        LimiterRegistry registry = Make(clock);
        registry.ConfigureLimiter("api", Options(kind, changed: false));
        Assert.True(registry.TryAcquire("api", out Permit all, kind == "both" ? 1 : Limit));
        Assert.Equal(kind == "both" ? Limit - 1 : 0, Drain(() => registry.TryAcquire("api")));
        if (kind == "both")
        {
            registry.Release("api", Limit);
        }

        Task<Permit> wait = registry.AcquireAsync("api").AsTask();
        return (
            () =>
            {
                clock.Inner.Advance(s_window);
                return 0;
            },
            (_, _) =>
            {
                using (registry)
                {
                    for (int i = 0; i < 3 && !wait.IsCompleted; i++)
                    {
                        clock.Inner.Advance(s_window);
                    }

                    Assert.True(wait.Wait(s_longest), "Somebody is left in line.");
                }

                GC.KeepAlive(all);
            }
        );
    });

    [Fact]
    public void A_change_that_fails_while_somebody_waits_can_be_made_again() => AtEachRead(clock =>
    {
        LimiterRegistry registry = Make(clock);
        registry.ConfigureLimiter("api", Options("bucket", changed: false));
        Assert.True(registry.For("api", "key").TryAcquire());
        Assert.Equal(Limit, Drain(() => registry.TryAcquire("api")));
        Task<Permit> wait = registry.AcquireAsync("api").AsTask();
        LimiterOptions raised = new() { RatePerSecond = 0.001, Burst = Limit + 2 };
        return (
            () =>
            {
                registry.ConfigureLimiter("api", raised);
                return 0;
            },
            (_, thrown) =>
            {
                if (thrown)
                {
                    Change(registry, raised);
                }

                Assert.Equal(Limit + 2, registry.GetLimiter("api").Limit);
                Assert.True(wait.Wait(s_longest), "Somebody is left in line.");
                Assert.Equal(1, Drain(() => registry.TryAcquire("api")));
                Assert.Equal(Limit + 2, registry.For("api", "key").Peek().Limit);
                registry.Dispose();
            }
        );
    });

    private LimiterRegistry Make(TimeProvider clock)
    {
        LimiterRegistry registry = new(new LimiterRegistryOptions { TimeProvider = clock, AutoLoad = false });
        _made.Add(registry);
        return registry;
    }

    private static int Use(LimiterRegistry registry, string kind, string use)
    {
        switch (use)
        {
            case "plain":
                return registry.TryAcquire("api") ? 1 : 0;
            case "two":
                return registry.TryAcquire("api", 2) ? 2 : 0;
            case "permit":
                return registry.TryAcquire("api", out _) ? 1 : 0;
            case "attempt":
                return registry.Attempt("api").Allowed ? 1 : 0;
            case "peek":
                _ = registry.GetLimiter("api").Peek();
                return 0;
            case "state":
                _ = registry.GetLimiter("api").GetState();
                return 0;
            case "metrics":
                _ = registry.GetLimiter("api").GetMetrics();
                return 0;
            case "wait":
                return registry.AcquireAsync("api").IsCompletedSuccessfully ? 1 : 0;
            case "change":
                registry.ConfigureLimiter("api", Options(kind, changed: true));
                return 0;
            default:
                registry.Reset("api");
                return 0;
        }
    }

    private static int UseOfKey(LimiterRegistry registry, string kind, string use)
    {
        switch (use)
        {
            case "plain":
                return registry.For("api", "key").TryAcquire() ? 1 : 0;
            case "attempt":
                return registry.For("api", "key").Attempt().Allowed ? 1 : 0;
            case "peek":
                _ = registry.For("api", "key").Peek();
                return 0;
            default:
                registry.ConfigureLimiter("api", Options(kind, changed: true));
                return 0;
        }
    }

    private static LimiterOptions Options(string kind, bool changed)
    {
        TimeSpan window = changed ? s_window * 2 : s_window;
        double rate = changed ? 0.002 : 0.001;
        return kind switch
        {
            "exact" => new() { Algorithm = LimiterAlgorithm.SlidingWindow, Limit = Limit, Window = window },
            "counted" => new() { Algorithm = LimiterAlgorithm.SlidingWindowCounter, Limit = Limit, Window = window },
            "fixed" => new() { Algorithm = LimiterAlgorithm.FixedWindow, Limit = Limit, Window = window },
            "slots" => new() { MaxConcurrent = Limit, QueueLimit = changed ? 5 : 6 },
            "both" => new() { RatePerSecond = rate, Burst = Limit, MaxConcurrent = Limit },
            "priorities" => new() { RatePerSecond = rate, Burst = Limit, Priorities = new Dictionary<Priority, double> { [Priority.Low] = 0.5 } },
            _ => new() { RatePerSecond = rate, Burst = Limit },
        };
    }

    /// <summary>Runs a trial with the clock failing at its first read, at its second, and so on, until it is not read that often.</summary>
    private static void AtEachRead(Func<FailingClock, (Func<int> Use, Action<int, bool> Check)> trial)
    {
        bool thrown = true;
        for (int read = 1; thrown; read++)
        {
            FailingClock clock = new();
            (Func<int> use, Action<int, bool> check) = trial(clock);
            int taken = 0;
            bool failed = false;
            clock.FailAt(read);
            try
            {
                taken = use();
            }
            catch (Exception exception) when (exception is FailingClock.ClockException or { InnerException: FailingClock.ClockException })
            {
                failed = true;
            }

            thrown = clock.HasFailed;
            clock.Heal();
            try
            {
                check(taken, failed);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"The clock failed at read {read}: {exception.Message}", exception);
            }

            Assert.InRange(read, 1, 1000);
        }
    }

    private static void Change(LimiterRegistry registry, LimiterOptions options)
    {
        Task change = Task.Run(() => registry.ConfigureLimiter("api", options));
        Assert.True(change.Wait(s_longest), "A change is held up.");
    }

    private static int Drain(Func<bool> take)
    {
        int count = 0;
        while (count <= Limit && take())
        {
            count++;
        }

        return count;
    }
}
