using RateSync.Fast.Tests.Property.Checks;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Windows;

public sealed class ClockStepTests
{
    public static TheoryData<string> Kinds => ["Fixed", "SubWindows", "Approximate", "Exact"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_clock_set_back_by_any_time_frees_nothing(string kind) => Sequences.Run(400, 0, (random, _, log) =>
    {
        (Limiter window, ManualClock clock) = Make(kind, random, log);
        ClockStepLaw.GoingBackFreesNothing(window, clock, random, log, 58);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void After_years_of_idling_there_is_the_limit_and_no_more(string kind) => Sequences.Run(400, 0, (random, _, log) =>
    {
        (Limiter window, ManualClock clock) = Make(kind, random, log);
        ClockStepLaw.IdlingFillsOnce(window, clock, random, log, 57);
    });

    private static (Limiter Window, ManualClock Clock) Make(string kind, Random random, List<string> log)
    {
        WindowLimits limits = WindowLimits.Any(random, kind == "Exact" ? 1 << 16 : int.MaxValue, 1L << 56);
        log.Add($"{kind} {limits}");
        ManualClock clock = new(limits.Frequency, random.NextInt64(1L << 61));
        if (kind == "Fixed")
        {
            return (new FixedWindow(limits.Limit, limits.Window, new FixedWindowOptions { Sharding = Sharding.None }, clock), clock);
        }

        SlidingWindowOptions options = new()
        {
            Precision = Enum.Parse<SlidingWindowPrecision>(kind),
            SubWindows = random.Next(1, 20),
            Sharding = Sharding.None,
        };
        return (new SlidingWindow(limits.Limit, limits.Window, options, clock), clock);
    }
}
