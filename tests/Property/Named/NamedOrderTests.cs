using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Named;

/// <summary>
/// Random sequences of what can be done with a limiter by name, against a list that is looked through from the beginning each time: who is
/// granted, in which order, and who is not.
/// </summary>
public sealed class NamedOrderTests
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whoever_is_granted_is_granted_in_the_order_of_the_model(bool slots)
    {
        for (int seed = 0; seed < 15; seed++)
        {
            try
            {
                new Run(slots, seed).Go();
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}", exception);
            }
        }
    }

    private sealed class Run(bool slots, int seed)
    {
        private readonly Random _random = new(seed);
        private readonly ManualClock _clock = new();
        private readonly List<Waiter> _line = [];
        private readonly List<Permit> _held = [];
        private Dictionary<Priority, double>? _shares;

        // Permits to be had, less than none after the limit was lowered.
        private int _most = 3;
        private int _free = 3;

        public void Go()
        {
            using LimiterRegistry registry = new(new LimiterRegistryOptions { TimeProvider = _clock, AutoLoad = false });
            registry.ConfigureLimiter("api", Options());
            int granted = 0;
            for (int i = 0; i < 120; i++)
            {
                Priority priority = (Priority)_random.Next(-1, 3);
                switch (_random.Next(9))
                {
                    case 0:
                        bool expected = TryTake(priority);
                        Decision decision = registry.Attempt("api", new AcquireOptions { Priority = priority });
                        Assert.Equal(expected, decision.Allowed);
                        Hold(decision.Permit, expected);
                        break;
                    case 1 when priority == Priority.Normal:
                        expected = TryTake(priority);
                        Assert.Equal(expected, registry.TryAcquire("api", out Permit permit));
                        Hold(permit, expected);
                        break;
                    case 2 when _line.Count > 0:
                        Waiter leaver = _line[_random.Next(_line.Count)];
                        _line.Remove(leaver);
                        leaver.Cancellation.Cancel();
                        Assert.True(SpinWait.SpinUntil(() => leaver.Task.IsCompleted, s_longest));
                        Assert.True(leaver.Task.IsCanceled);
                        break;
                    case 3:
                        Change();
                        registry.ConfigureLimiter("api", Options());
                        break;
                    case 4 or 5 when slots && _held.Count > 0:
                        int which = _random.Next(_held.Count);
                        Permit back = _held[which];
                        _held.RemoveAt(which);
                        back.Dispose();
                        back.Dispose();
                        _free++;
                        break;
                    case 4 or 5 when !slots:
                        _free = Math.Min(_most, _free + 1);
                        _clock.Advance(s_step);
                        break;
                    default:
                        expected = TryTake(priority);
                        CancellationTokenSource cancellation = new();
                        AcquireOptions options = new() { Priority = priority, Timeout = Timeout.InfiniteTimeSpan };
                        Waiter waiter = new(priority, registry.AcquireAsync("api", options, cancellation.Token).AsTask(), cancellation);
                        if (expected)
                        {
                            Assert.True(waiter.Task.IsCompletedSuccessfully);
                            Hold(waiter.Task.Result, true);
                        }
                        else
                        {
                            _line.Add(waiter);
                        }

                        break;
                }

                granted += Serve();
                Assert.Equal(_line.Count, registry.GetState("api").Waiting);
                Assert.All(_line, static waiter => Assert.False(waiter.Task.IsCompleted));
                Assert.Equal(Math.Max(0, _free - Keep(Priority.Normal)), registry.GetState("api").Remaining);
            }

            Assert.InRange(granted, 1, int.MaxValue);
        }

        private LimiterOptions Options() => slots
            ? new LimiterOptions { MaxConcurrent = _most, Priorities = _shares }
            : new LimiterOptions { RatePerSecond = 10, Burst = _most, Priorities = _shares };

        private void Change()
        {
            int most = _random.Next(1, 8);
            _free += most - _most;
            _most = most;
            int low = _random.Next(1, 5);
            _shares = _random.Next(2) == 0
                ? null
                : new Dictionary<Priority, double> { [Priority.Low] = low / 4.0, [Priority.Normal] = _random.Next(low, 5) / 4.0 };
        }

        private int Keep(Priority priority) => _shares is not null && _shares.TryGetValue(priority, out double share)
            ? _most - Math.Max(1, (int)Math.Floor(_most * share))
            : 0;

        private bool TryTake(Priority priority)
        {
            if (_line.Exists(waiter => waiter.Priority >= priority) || _free < 1 + Keep(priority))
            {
                return false;
            }

            _free--;
            return true;
        }

        private int Serve()
        {
            int granted = 0;
            while (_line.Count > 0)
            {
                Priority highest = _line.Max(static waiter => waiter.Priority);
                Waiter head = _line.Find(waiter => waiter.Priority == highest)!;
                if (_free < 1 + Keep(highest))
                {
                    break;
                }

                _free--;
                _line.Remove(head);
                Assert.True(SpinWait.SpinUntil(() => head.Task.IsCompleted, s_longest), "Whoever is next was not granted.");
                Hold(head.Task.Result, true);
                granted++;
            }

            return granted;
        }

        private void Hold(Permit permit, bool granted)
        {
            if (granted && slots)
            {
                _held.Add(permit);
            }
        }

        private sealed record Waiter(Priority Priority, Task<Permit> Task, CancellationTokenSource Cancellation);
    }
}
