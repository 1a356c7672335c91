using System.Numerics;
using RateSync.Fast.Tests.Property.Checks;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Windows;

public sealed class WindowModelTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_fixed_window_answers_as_a_dictionary_of_windows(bool back) => Sequences.Run(1000, 120, (random, steps, log) =>
    {
        WindowLimits limits = WindowLimits.Any(random, int.MaxValue, 1L << 40);
        ManualClock clock = Start(random, limits, log);
        bool epoch = random.Next(2) == 0;
        FixedWindowOptions options = new()
        {
            Alignment = epoch ? WindowAlignment.Epoch : WindowAlignment.FirstUse,
            Sharding = Sharding.None,
        };
        FixedWindow window = new(limits.Limit, limits.Window, options, clock);
        long since = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks % limits.Window.Ticks;
        long? start = epoch ? clock.Ticks - (long)((Int128)since * limits.Frequency / TimeSpan.TicksPerSecond) : null;
        Compare(window, clock, new WindowModel(limits.Limit, limits.Ticks, 0, interpolate: false, start), random, log, limits, back, steps);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sub_windows_answer_as_a_dictionary_of_sub_windows(bool back) => Sequences.Run(1000, 120, (random, steps, log) =>
    {
        WindowLimits limits = WindowLimits.Any(random, int.MaxValue, 1L << 40);
        ManualClock clock = Start(random, limits, log);
        int parts = random.Next(4) == 0 ? random.Next(1, 1001) : random.Next(1, 20);
        SlidingWindowOptions options = new()
        {
            Precision = SlidingWindowPrecision.SubWindows,
            SubWindows = parts,
            Sharding = Sharding.None,
        };
        SlidingWindow window = new(limits.Limit, limits.Window, options, clock);
        parts = (int)Math.Min(parts, limits.Ticks);
        long ticks = (long)new Rational(limits.Ticks, parts).Ceiling();
        WindowModel model = new WindowModel(limits.Limit, ticks, parts, interpolate: false, clock.Ticks);
        Compare(window, clock, model, random, log, limits, back, steps);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_approximate_window_weighs_the_last_one_exactly(bool back) => Sequences.Run(1000, 120, (random, steps, log) =>
    {
        // Longer windows are weighed in coarser steps.
        WindowLimits limits = WindowLimits.Any(random, int.MaxValue, uint.MaxValue);
        ManualClock clock = Start(random, limits, log);
        SlidingWindowOptions options = new() { Precision = SlidingWindowPrecision.Approximate, Sharding = Sharding.None };
        SlidingWindow window = new(limits.Limit, limits.Window, options, clock);
        WindowModel model = new(limits.Limit, limits.Ticks, 1, interpolate: true, clock.Ticks);
        Compare(window, clock, model, random, log, limits, back, steps);
    });

    [Fact]
    public void An_exact_window_answers_as_a_list_of_grants() =>
        Sequences.Run(1500, 150, static (random, steps, log) => CompareExact(random, steps, log, back: false));

    [Fact]
    public void An_exact_window_never_grants_more_when_the_clock_is_set_back() =>
        Sequences.Run(1000, 150, static (random, steps, log) => CompareExact(random, steps, log, back: true));

    private static void CompareExact(Random random, int steps, List<string> log, bool back)
    {
        // Longer windows are kept in coarser steps.
        WindowLimits limits = WindowLimits.Any(random, 1 << 16, 1L << 37);
        ManualClock clock = Start(random, limits, log);
        SlidingWindow window = new(limits.Limit, limits.Window, null, clock);
        int places = Math.Max(8, 2 * (int)BitOperations.RoundUpToPowerOf2((uint)limits.Limit)) - 1;
        LogModel model = new(limits.Limit, limits.Ticks, places, clock.Ticks);
        long stride = limits.Stride(random);
        new RateRun(window, clock, model, random, log)
        {
            Stride = stride,
            MostBack = back ? stride : 0,

            // What was too old once may count again when the clock goes back, if nobody has looked at it meanwhile.
            AtLeast = back ? new NothingToBeHad(limits.Limit) : null,
            DeepestDebt = 131_071 - limits.Limit,
        }.Steps(steps);
    }

    private static ManualClock Start(Random random, in WindowLimits limits, List<string> log)
    {
        log.Add(limits.ToString());
        return new ManualClock(limits.Frequency, random.NextInt64(1L << 50));
    }

    private static void Compare(
        Limiter limiter,
        ManualClock clock,
        IRateModel model,
        Random random,
        List<string> log,
        in WindowLimits limits,
        bool back,
        int steps)
    {
        long stride = limits.Stride(random);
        new RateRun(limiter, clock, model, random, log)
        {
            Stride = stride,
            MostBack = back ? stride : 0,
            DeepestDebt = int.MaxValue - 2_000_000L,
        }.Steps(steps);
    }
}
