namespace RateSync.Fast.Tests.Conformance;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task L10_An_exact_window_moves_with_the_time()
    {
        WindowLimit limit = new(5, TimeSpan.FromSeconds(1));
        await UseAsync(limit, 3);
        await AdvanceAsync(Milliseconds(400));
        LeaseResult rest = await UseAsync(limit, 5, atLeast: 1);
        Assert.Equal(2, rest.Granted);
        Assert.Equal(Milliseconds(600), (await UseAsync(limit, 3)).RetryAfter);
        Assert.Equal(Milliseconds(1000), (await UseAsync(limit, 4)).RetryAfter);
        await AdvanceAsync(Milliseconds(600) - Step);
        Assert.Equal(0, (await UseAsync(limit, 1)).Granted);
        await AdvanceAsync(Step);
        Assert.Equal(3, (await UseAsync(limit, 5, atLeast: 1)).Granted);
    }

    [Fact]
    public async Task L10_A_lease_of_a_window_counts_for_as_long_as_it_is_out_and_from_then_for_a_window()
    {
        WindowLimit limit = new(5, TimeSpan.FromSeconds(1));
        await LeaseAsync(limit, "a", want: 5);
        await AdvanceAsync(Milliseconds(1900));
        Assert.Equal(0, (await UseAsync(limit, 1)).Granted);

        // The client has just used three of them.
        LeaseResult settled = await LeaseAsync(limit, "a", want: 5, giveBack: 2);
        Assert.Equal((2, 2), (settled.Returned, settled.Granted));
        await AdvanceAsync(Milliseconds(999));
        Assert.Equal(0, (await UseAsync(limit, 1)).Granted);
        await AdvanceAsync(Milliseconds(1));
        Assert.Equal(3, (await UseAsync(limit, 5, atLeast: 1)).Granted);
    }

    [Fact]
    public async Task L10_A_lease_of_a_window_that_nobody_settles_counts_from_its_end()
    {
        WindowLimit limit = new(5, TimeSpan.FromSeconds(1));
        await LeaseAsync(limit, "a", want: 5);
        LeaseResult refused = await UseAsync(limit, 1);
        Assert.Equal(Milliseconds(3500), refused.RetryAfter);
        await AdvanceAsync(Milliseconds(3499));
        Assert.Equal(0, (await UseAsync(limit, 1)).Granted);
        await AdvanceAsync(Milliseconds(1));
        Assert.Equal(5, (await UseAsync(limit, 5)).Granted);
    }

    [Fact]
    public async Task L10_A_fixed_window_begins_anew()
    {
        WindowLimit limit = new(5, TimeSpan.FromSeconds(1)) { SubWindows = 1 };
        long into = Harness.Now % 1_000_000_000;
        await AdvanceAsync(TimeSpan.FromTicks((1_900_000_000 - into) / 100));
        Assert.Equal(5, (await UseAsync(limit, 5)).Granted);
        Assert.Equal(Milliseconds(100), (await UseAsync(limit, 5)).RetryAfter);
        await AdvanceAsync(Milliseconds(100));
        Assert.Equal(5, (await UseAsync(limit, 5)).Granted);
        Assert.Equal(Milliseconds(1000), (await UseAsync(limit, 1)).RetryAfter);
    }

    [Fact]
    public async Task L10_Sub_windows_count_in_full_while_any_part_is_in_the_window()
    {
        WindowLimit limit = new(8, TimeSpan.FromSeconds(1)) { SubWindows = 4 };
        long into = Harness.Now % 1_000_000_000;
        await AdvanceAsync(TimeSpan.FromTicks((1_100_000_000 - into) / 100));
        Assert.Equal(8, (await UseAsync(limit, 8)).Granted);
        Assert.Equal(Milliseconds(1150), (await UseAsync(limit, 1)).RetryAfter);
        await AdvanceAsync(Milliseconds(1150));
        Assert.Equal(8, (await UseAsync(limit, 8)).Granted);
    }
}
