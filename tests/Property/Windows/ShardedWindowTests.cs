using RateSync.Fast.Tests.Property.Checks;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Windows;

/// <summary>With permits close to the thread: stricter than the model, never looser, and the figures add up.</summary>
public sealed class ShardedWindowTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_split_fixed_window_never_grants_more_than_a_dictionary(bool settles) => Sequences.Run(400, 250, (random, steps, log) =>
    {
        (WindowLimits limits, ManualClock clock) = Large(random, log);
        FixedWindow window = new(limits.Limit, limits.Window, new FixedWindowOptions { Alignment = WindowAlignment.FirstUse }, clock);
        WindowModel model = new WindowModel(limits.Limit, limits.Ticks, 0, interpolate: false, null);
        Compare(window, clock, model, random, log, limits, settles, steps);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nor_do_split_sub_windows(bool settles) => Sequences.Run(400, 250, (random, steps, log) =>
    {
        (WindowLimits limits, ManualClock clock) = Large(random, log);
        int parts = random.Next(1, 20);
        SlidingWindowOptions options = new() { Precision = SlidingWindowPrecision.SubWindows, SubWindows = parts };
        SlidingWindow window = new(limits.Limit, limits.Window, options, clock);
        long ticks = (long)new Rational(limits.Ticks, parts).Ceiling();
        WindowModel model = new WindowModel(limits.Limit, ticks, parts, interpolate: false, clock.Ticks);
        Compare(window, clock, model, random, log, limits, settles, steps);
    });

    private static (WindowLimits Limits, ManualClock Clock) Large(Random random, List<string> log)
    {
        TimeSpan window = TimeSpan.FromMilliseconds(random.Next(1, 3000));
        int limit = random.Next(2000, 20_000_000) + (int)(window.TotalSeconds * 100_000);
        WindowLimits limits = new(limit, window, 10_000_000);
        log.Add(limits.ToString());
        return (limits, new ManualClock(limits.Frequency, random.NextInt64(1L << 50)));
    }

    private static void Compare(
        Limiter limiter,
        ManualClock clock,
        WindowModel model,
        Random random,
        List<string> log,
        in WindowLimits limits,
        bool settles,
        int steps)
    {
        Assert.NotEqual(0, limiter.DeclaredShortfall);
        new RateRun(limiter, clock, model, random, log)
        {
            AtLeast = new NothingToBeHad(limits.Limit),
            Stride = limits.Stride(random),
            Settles = settles,
            Singles = 100,
            DeepestDebt = int.MaxValue - 200_000_000L,
        }.Steps(steps);
    }
}
