namespace RateSync.Fast.Tests.Conformance;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task S1_There_are_only_so_many_slots()
    {
        Assert.Equal(2, (await SlotsAsync(3, "a", want: 2)).Granted);
        SlotResult rest = await SlotsAsync(3, "b", want: 2);
        Assert.Equal((1, 3, 2), (rest.Granted, rest.InUse, rest.ActiveClients));
        Assert.Equal(Milliseconds(2500), (await SlotsAsync(3, "c", want: 1)).RetryAfter);
        Assert.Equal(Timeout.InfiniteTimeSpan, (await SlotsAsync(3, "c", want: 4, atLeast: 4)).RetryAfter);
    }

    [Fact]
    public async Task S1_A_lowered_limit_waits_for_slots_to_come_back()
    {
        SlotResult three = await SlotsAsync(3, "a", want: 3);
        long[] held = [three.FirstFence, three.FirstFence + 1];
        Assert.Equal(0, (await SlotsAsync(1, "b", want: 1, version: 1)).Granted);
        Assert.Equal(2, (await SlotsAsync(3, "a", want: 1, held: held)).InUse);
        Assert.Equal(0, (await SlotsAsync(1, "b", want: 1, version: 1)).Granted);
        await SlotsAsync(1, "a", want: 0, version: 1);
        Assert.Equal(1, (await SlotsAsync(3, "b", want: 3)).Granted);
    }

    [Fact]
    public async Task S2_A_slot_is_given_away_only_after_the_margin()
    {
        await SlotsAsync(1, "a", want: 1);
        await AdvanceAsync(s_lifetime + s_margin - Step);
        Assert.Equal(0, (await SlotsAsync(1, "b", want: 1)).Granted);
        await AdvanceAsync(Step);
        Assert.Equal(1, (await SlotsAsync(1, "b", want: 1)).Granted);
    }

    [Fact]
    public async Task S2_A_slot_that_is_renewed_stays()
    {
        long fence = (await SlotsAsync(1, "a", want: 1)).FirstFence;
        for (int round = 0; round < 4; round++)
        {
            await AdvanceAsync(Milliseconds(1900));
            Assert.Empty((await SlotsAsync(1, "a", want: 0, held: [fence])).Lost);
            Assert.Equal(0, (await SlotsAsync(1, "b", want: 1)).Granted);
        }
    }

    [Fact]
    public async Task S2_A_restart_forgets_no_holder()
    {
        await SlotsAsync(1, "a", want: 1);
        await Harness.RestartAsync();
        Assert.Equal(0, (await SlotsAsync(1, "b", want: 1)).Granted);
    }

    [Fact]
    public async Task S3_What_is_not_named_is_free()
    {
        long first = (await SlotsAsync(3, "a", want: 3)).FirstFence;
        SlotResult next = await SlotsAsync(3, "a", want: 1, held: [first + 1]);
        Assert.Equal((1, 2), (next.Granted, next.InUse));
    }

    [Fact]
    public async Task S4_Fencing_numbers_rise_for_ever()
    {
        long highest = 0;
        for (int round = 0; round < 5; round++)
        {
            SlotResult taken = await SlotsAsync(3, "client" + round, want: 2);
            Assert.True(taken.FirstFence > highest);
            highest = taken.FirstFence + 1;
            await AdvanceAsync(TimeSpan.FromSeconds(100));
        }

        long floor = highest + 1_000_000_000_000_000;
        Assert.True((await SlotsAsync(3, "z", want: 1, fenceFloor: floor)).FirstFence > floor);
        Assert.True((await SlotsAsync(3, "y", want: 1)).FirstFence > floor + 1);
    }

    [Fact]
    public async Task S5_A_slot_that_was_lost_is_not_found_again()
    {
        long fence = (await SlotsAsync(2, "a", want: 1)).FirstFence;
        await AdvanceAsync(s_lifetime + s_margin);
        SlotResult late = await SlotsAsync(2, "a", want: 0, held: [fence]);
        Assert.Equal([fence], late.Lost);
        Assert.Equal(0, late.InUse);
    }
}
