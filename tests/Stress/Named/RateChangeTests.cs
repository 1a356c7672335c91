using RateSync.Fast.Algorithms;
using RateSync.Fast.Named;
using RateSync.Fast.Tests.Stress.Running;

namespace RateSync.Fast.Tests.Stress.Named;

/// <summary>
/// A limit of so slow a rate that nothing comes back in time, changed again and again under those who use it: what was ever granted, less
/// what was given back, is never more than the largest burst, and what is left in the end is all the rest.
/// </summary>
public sealed class RateChangeTests
{
    private const int Most = 400;

    [Theory]
    [InlineData(Kinds.Buckets)]
    [InlineData(Kinds.Plain)]
    [InlineData(Kinds.BucketsAndSlots)]
    [InlineData(Kinds.Everything)]
    public void Nothing_is_granted_twice_and_nothing_is_lost_through_changes(Kinds kinds)
    {
        for (int round = 0; round < 25; round++)
        {
            (long net, long left) = Run(kinds, Defect.None, round);
            Assert.InRange(net, 0, Most);
            if (kinds != Kinds.Everything)
            {
                // Each change may round what was spent up, by a unit that is a millionth of a permit or so.
                Assert.InRange(net + left, Most - 1, Most);
            }
        }
    }

    [Theory]
    [InlineData(nameof(Defect.ChangedWithoutGrace))]
    [InlineData(nameof(Defect.ChangedWithoutFreeze))]
    public void A_change_without_care_is_caught(string name)
    {
        Defect mistake = Enum.Parse<Defect>(name);
        bool caught = false;
        for (int round = 0; round < 2_000 && !caught; round++)
        {
            try
            {
                (long net, long left) = Run(Kinds.Plain, mistake, round);
                caught = net + left is > Most or < Most - 1;
            }
            catch (AggregateException)
            {
                // A part that nobody else was to use any more was not where its callers left it.
                caught = true;
            }
        }

        Assert.True(caught);
    }

    private static (long Net, long Left) Run(Kinds kinds, Defect mistake, int seed)
    {
        NamedLimiter limiter = new NamedParts(mistake).Make("api", Options(kinds, 0, Most));
        long net = 0;
        int working = 3;
        Team.Run(4, number =>
        {
            Random random = new((seed * 10) + number);
            if (number == 0)
            {
                for (int i = 0; Volatile.Read(ref working) > 0 || i < 20; i++)
                {
                    limiter.Change(limiter.Prepare(Options(kinds, i, random.Next(Most / 2, Most + 1))));
                }

                return;
            }

            try
            {
                for (int i = 0; i < (kinds == Kinds.Plain ? 400 : 4_000); i++)
                {
                    // Plain calls see changes last, as they are in nobody's books.
                    int kept = kinds == Kinds.Plain ? (limiter.TryAcquire() ? 1 : 0) + Use(limiter, random) : Use(limiter, random);
                    Interlocked.Add(ref net, kept);
                }
            }
            finally
            {
                Interlocked.Decrement(ref working);
            }
        });
        limiter.Change(limiter.Prepare(Options(Kinds.Buckets, 0, Most)));
        Decision state = limiter.Peek();
        long left = 0;
        while (limiter.TryAcquire())
        {
            left++;
        }

        Assert.Equal(state.Remaining, left);
        limiter.Dispose();
        return (Volatile.Read(ref net), left);
    }

    /// <summary>One call of some kind. Returns what it has kept of the rate.</summary>
    private static int Use(NamedLimiter limiter, Random random)
    {
        switch (random.Next(40))
        {
            case 0:
                // Slots that a plain call took stay out, which is nothing to the rate.
                return limiter.TryAcquire() ? 1 : 0;
            case 1:
                return limiter.TryAcquire(1) ? 1 : 0;
            case 2:
                limiter.GetMetrics();
                LimiterState state = limiter.GetState();
                return state.Remaining > state.Limit ? throw new InvalidOperationException("More is left than there can be.") : 0;
            case 3:
                Decision decision = limiter.Attempt(new AcquireOptions { Priority = Priority.Low });
                using (decision.Permit)
                {
                    return decision.Allowed ? 1 : 0;
                }

            case 4:
                // Never waits long: it is refused at once if it would.
                Decision waited = limiter.AttemptAsync(1, TimeSpan.FromMilliseconds(1)).AsTask().GetAwaiter().GetResult();
                return GiveBack(waited.Permit);
            default:
                return limiter.TryAcquire(out Permit permit) ? GiveBack(permit) : 0;
        }
    }

    /// <summary>Gives a permit back: nothing of it is kept.</summary>
    private static int GiveBack(in Permit permit)
    {
        permit.Refund(permit.Permits);
        permit.Dispose();
        return 0;
    }

    private static LimiterOptions Options(Kinds kinds, int change, int burst) => kinds switch
    {
        Kinds.Plain => Bucket(burst),
        Kinds.Buckets => Bucket(burst) with { Priorities = change % 5 == 3 ? Shares : null },
        Kinds.BucketsAndSlots => Bucket(burst) with { MaxConcurrent = change % 3 == 0 ? null : 1_000_000 + (change % 7) },
        _ => (change % 6) switch
        {
            0 => Window(LimiterAlgorithm.SlidingWindow, burst),
            1 => Window(LimiterAlgorithm.FixedWindow, burst),
            2 => Window(LimiterAlgorithm.SlidingWindowCounter, burst),
            3 => Bucket(burst) with { MaxConcurrent = 1_000_000 },
            _ => Bucket(burst),
        },
    };

    private static readonly Dictionary<Priority, double> Shares = new() { [Priority.Low] = 0.5 };

    private static LimiterOptions Bucket(int burst) => new() { RatePerSecond = 1e-3, Burst = burst };

    private static LimiterOptions Window(LimiterAlgorithm algorithm, int limit) =>
        new() { Algorithm = algorithm, Limit = limit, Window = TimeSpan.FromDays(1) };

    public enum Kinds
    {
        Buckets,
        Plain,
        BucketsAndSlots,
        Everything,
    }
}
