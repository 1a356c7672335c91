namespace RateSync.Fast.Tests.Conformance;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task L8_A_raised_burst_adds_the_difference()
    {
        await UseAsync(s_ten, 10);
        TokenBucketLimit raised = new(10, 15) { Version = 1 };
        LeaseResult next = await UseAsync(raised, 20, atLeast: 1);
        Assert.Equal((5, raised), (next.Granted, next.Limit));
    }

    [Fact]
    public async Task L8_To_and_fro_mints_nothing()
    {
        await UseAsync(s_ten, 10);
        for (int version = 1; version <= 10; version++)
        {
            bool fro = version % 2 == 0;
            await LeaseAsync(new TokenBucketLimit(fro ? 10 : 7, fro ? 10 : 3) { Version = version }, "a", want: 0);
        }

        Assert.Equal(0, (await UseAsync(s_ten, 1)).Granted);
    }

    [Fact]
    public async Task L8_The_largest_debt_outlives_every_change()
    {
        TokenBucketLimit large = new(1e6, 1L << 40);
        Assert.Equal(1L << 40, (await UseAsync(large, 1L << 40)).Granted);
        for (int version = 1; version <= 9; version++)
        {
            await LeaseAsync(new TokenBucketLimit(version * 1e-6, 1) { Version = version }, "a", want: 0);
        }

        LeaseResult next = await UseAsync(large with { Version = 10 }, 1);
        Assert.Equal((0, 0), (next.Granted, next.Available));
    }

    [Fact]
    public async Task L8_A_lowered_burst_is_a_debt()
    {
        await UseAsync(s_ten, 10);
        LeaseResult refused = await UseAsync(new TokenBucketLimit(10, 4) { Version = 1 }, 1);
        Assert.Equal((0, Milliseconds(700)), (refused.Granted, refused.RetryAfter));
    }

    [Fact]
    public async Task L8_Older_callers_are_served_by_the_newest_definition()
    {
        TokenBucketLimit newest = new(1, 2) { Version = 5 };
        await LeaseAsync(newest, "a", want: 1);
        LeaseResult old = await LeaseAsync(s_ten, "b", want: 10);
        Assert.Equal((1, newest), (old.Granted, old.Limit));
    }

    [Fact]
    public async Task L8_A_bucket_becomes_a_window_and_back_with_what_was_used()
    {
        await UseAsync(s_ten, 7);
        WindowLimit window = new(10, TimeSpan.FromSeconds(10)) { Version = 1 };
        Assert.Equal(3, (await UseAsync(window, 10, atLeast: 1)).Granted);
        await AdvanceAsync(TimeSpan.FromSeconds(9));
        Assert.Equal(0, (await UseAsync(s_ten with { Version = 2 }, 1)).Granted);
    }

    [Fact]
    public async Task L9_A_store_that_lost_writes_takes_the_highest_floor_that_a_client_saw()
    {
        StoreFloor seen = default;
        await Harness.LoseAsync(async () => seen = (await UseAsync(s_ten, 10)).Floor);
        LeaseResult next = await LeaseAsync(s_ten, "a", want: 10, floor: seen);
        Assert.Equal((0, Milliseconds(100)), (next.Granted, next.RetryAfter));
    }

    [Fact]
    public async Task L9_A_floor_costs_no_more_than_a_full_burst()
    {
        LeaseResult next = await LeaseAsync(s_ten, "a", want: 1, floor: new StoreFloor(3, long.MaxValue));
        Assert.Equal((0, Milliseconds(100)), (next.Granted, next.RetryAfter));
    }

    [Fact]
    public async Task L9_An_old_floor_does_not_undo_what_was_given_back()
    {
        StoreFloor drained = (await LeaseAsync(s_ten, "a", want: 10)).Floor;
        StoreFloor after = (await LeaseAsync(s_ten, "a", want: 0, giveBack: 10)).Floor;
        Assert.True(after > drained);
        Assert.Equal(10, (await LeaseAsync(s_ten, "b", want: 10, floor: drained)).Granted);
    }

    [Fact]
    public async Task L9_A_floor_that_comes_round_changes_nothing()
    {
        TokenBucketLimit odd = new(3_000_000.1, 1000);
        StoreFloor floor = (await UseAsync(odd, 600)).Floor;
        for (int round = 0; round < 100; round++)
        {
            StoreFloor next = (await LeaseAsync(odd, "a", want: 0, floor: floor)).Floor;
            Assert.Equal(floor, next);
        }
    }
}
