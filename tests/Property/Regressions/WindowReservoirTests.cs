using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Shared;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Property.Regressions;

public sealed class WindowReservoirTests
{
    private const long TicksPerSubWindow = 10;
    private const int Older = 2;

    [Theory]
    [InlineData((1L << 21) + 1)]
    [InlineData((1L << 23) - 1)]
    [InlineData(1L << 23)]
    [InlineData((1L << 23) + 5)]
    [InlineData((1L << 24) - 3)]
    [InlineData((1L << 24) - 1)]
    [InlineData(1L << 24)]
    [InlineData((1L << 24) + 1)]
    [InlineData((1L << 25) + 1)]
    public void Two_grants_at_once_after_very_long_idling_are_both_counted(long idle)
    {
        for (long before = 0; before <= 4; before += 2)
        {
            for (long taken = 1; taken <= 4; taken++)
            {
                int places = Interruption.AtEveryStep(
                    () => new Window(before, idle),
                    static window => window.Take(1),
                    window => window.Take(taken),
                    static window =>
                    {
                        while (window.Take(1))
                        {
                        }

                        // Not one too many, and none for ever missing.
                        Assert.InRange(window.Granted, 0, 4);
                        window.Now += (Older + 1) * TicksPerSubWindow;
                        Assert.True(window.Take(4));
                    });
                Assert.InRange(places, 5, 200);
            }
        }
    }

    private sealed class Window
    {
        private WindowReservoir<InterruptedAtomics> _reservoir = new(
            new WindowTerms(4, TicksPerSubWindow, Older, Interpolate: false), ChunkPlan.None, new Clock(new ManualClock()), 0, 0);

        /// <summary>An unused window but for some permits, and a time long after.</summary>
        public Window(long before, long idle)
        {
            if (before > 0)
            {
                Assert.True(Take(before));
            }

            Granted = 0;
            Now = idle * TicksPerSubWindow;
        }

        public long Now { get; set; }

        public long Granted { get; private set; }

        public bool Take(long permits)
        {
            bool granted = _reservoir.Transact(Now, new Transfer { Take = permits }).Granted;
            if (granted)
            {
                Granted += permits;
            }

            return granted;
        }
    }
}
