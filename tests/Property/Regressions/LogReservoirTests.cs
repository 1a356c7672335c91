using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Shared;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Property.Regressions;

public sealed class LogReservoirTests
{
    private const long Window = 1_000;

    /// <summary>Entries in the smallest ring.</summary>
    private const int Ring = 8;

    [Fact]
    public void A_grant_decided_on_long_ago_writes_over_no_newer_entry()
    {
        for (int laps = 1; laps <= 3; laps++)
        {
            int others = laps * Ring;
            int places = Interruption.AtEveryStep(
                static () => new Log(),
                static log => log.Take(),
                log =>
                {
                    for (int i = 0; i < others; i++)
                    {
                        log.TakeAndGiveBack();
                    }

                    // This one stays.
                    log.Take();
                },
                static log =>
                {
                    Assert.Equal(1, log.Granted);
                    Assert.False(log.TryTake());
                    log.Now += Window;
                    Assert.True(log.TryTake());
                    Assert.False(log.TryTake());
                });
            Assert.InRange(places, 4, 200);
        }
    }

    [Fact]
    public void A_grant_at_an_old_time_in_the_room_of_a_younger_entry_counts_for_a_window_from_now()
    {
        LateClock clock = new();
        SlidingWindow window = new(1, TimeSpan.FromSeconds(10), null, clock);
        clock.Inner.Advance(TimeSpan.FromSeconds(9.5));
        Assert.True(window.TryAcquire());
        clock.Inner.Advance(TimeSpan.FromSeconds(0.5));

        // The clock was read at 10.0 s; before the reading is used it is 19.6 s, and somebody else has found the first entry too old.
        clock.AfterNextRead(() =>
        {
            clock.Inner.Advance(TimeSpan.FromSeconds(9.6));
            Assert.Equal(1, window.GetState().Remaining);
        });
        Assert.True(window.TryAcquire());
        clock.Inner.Advance(TimeSpan.FromSeconds(9.999));
        Assert.False(window.TryAcquire());
        clock.Inner.Advance(TimeSpan.FromSeconds(0.002));
        Assert.True(window.TryAcquire());
    }

    [Fact]
    public void Refunds_that_know_their_booking_and_refunds_that_do_not_give_everything_back_together()
    {
        ManualClock clock = new();
        SlidingWindow window = new(2, TimeSpan.FromSeconds(10), null, clock);
        CheckBothKinds(window, clock, TimeSpan.Zero);

        clock = new ManualClock();
        window = new(2, TimeSpan.FromSeconds(10), null, clock);
        CheckBothKinds(window, clock, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Refunds_of_both_kinds_give_everything_back_to_sub_windows_together()
    {
        SlidingWindowOptions options = new() { Precision = SlidingWindowPrecision.SubWindows };
        ManualClock clock = new();
        SlidingWindow window = new(2, TimeSpan.FromSeconds(10), options, clock);
        CheckBothKinds(window, clock, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void A_grant_that_joins_the_newest_entry_of_a_full_ring_is_given_back_whole()
    {
        ManualClock clock = new();
        SlidingWindow window = new(4, TimeSpan.FromHours(1), null, clock);
        Assert.True(window.TryAcquire(out _));
        for (int i = 0; i < 3 * Ring; i++)
        {
            Permit permit = window.Attempt().Permit;
            permit.Refund(1);
            Assert.Equal(3, window.GetState().Remaining);
        }
    }

    [Theory]
    [InlineData(32 * Ring)]
    [InlineData(64 * Ring)]
    public void A_refund_of_a_grant_that_many_laps_ago_frees_nothing(int later)
    {
        ManualClock clock = new();
        SlidingWindow window = new(1, TimeSpan.FromSeconds(1), null, clock);
        Permit old = window.Attempt().Permit;
        for (int i = 0; i < later; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1.1));
            Assert.True(window.TryAcquire());
        }

        old.Refund(1);
        Assert.False(window.TryAcquire());
        clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.True(window.TryAcquire());
    }

    private static void CheckBothKinds(SlidingWindow window, ManualClock clock, TimeSpan between)
    {
        Permit known = window.Attempt().Permit;
        clock.Advance(between);

        // A look brings the window up to now: then the quick way grants, where bookings were once not noted.
        Assert.Equal(1, window.GetState().Remaining);
        Assert.True(window.TryAcquire(out Permit other));
        Assert.Equal(0, window.GetState().Remaining);
        other.Refund(1);
        known.Refund(1);
        Assert.Equal(2, window.GetState().Remaining);
        Assert.True(window.TryAcquire(2));
        Assert.False(window.TryAcquire());
    }

    /// <summary>A log of one permit a window, without anything around it.</summary>
    private sealed class Log
    {
        private LogReservoir<InterruptedAtomics> _reservoir = new(1, Window, new Clock(new ManualClock()), 0);

        public long Now { get; set; }

        public int Granted { get; private set; }

        public bool TryTake() => _reservoir.Transact(Now, new Transfer { Take = 1 }).Granted;

        public void Take()
        {
            if (TryTake())
            {
                Granted++;
            }
        }

        public void TakeAndGiveBack()
        {
            Outcome outcome = _reservoir.Transact(Now, new Transfer { Take = 1 });
            if (outcome.Granted)
            {
                _reservoir.Refund(Now, 1, outcome.Stamp, out _);
            }
        }
    }
}
