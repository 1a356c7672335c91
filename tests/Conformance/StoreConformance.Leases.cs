namespace RateSync.Fast.Tests.Conformance;

public abstract partial class StoreConformance
{
    /// <summary>A permit every 100 ms.</summary>
    private static readonly TokenBucketLimit s_ten = new(10, 10);

    [Fact]
    public async Task L1_What_is_granted_is_debited()
    {
        LeaseResult first = await LeaseAsync(s_ten, "a", want: 7);
        Assert.Equal((7, 3, 7, 1), (first.Granted, first.Available, first.Outstanding, first.ActiveClients));
        LeaseResult second = await LeaseAsync(s_ten, "b", want: 7);
        Assert.Equal((3, 0, 10, 2), (second.Granted, second.Available, second.Outstanding, second.ActiveClients));
        Assert.Equal(0, (await LeaseAsync(s_ten, "c", want: 1)).Granted);
    }

    [Fact]
    public async Task L2_A_bucket_fills_up_only_to_what_is_not_out()
    {
        await LeaseAsync(s_ten, "a", want: 6);
        await AdvanceAsync(Milliseconds(1900));
        Assert.Equal(4, (await Store.ReadAsync(StoreKeyspace.Lease, "api")).Available);
        Assert.Equal(4, (await UseAsync(s_ten, 10, atLeast: 1)).Granted);
    }

    [Fact]
    public async Task L2_What_was_out_until_now_is_charged_in_the_step_that_settles_it()
    {
        await LeaseAsync(s_ten, "a", want: 10);
        await AdvanceAsync(Milliseconds(1900));

        // The client has just used all ten, and asks for ten more.
        LeaseResult next = await LeaseAsync(s_ten, "a", want: 10);
        Assert.Equal((0, 0), (next.Granted, next.Outstanding));
        Assert.Equal(Milliseconds(100), next.RetryAfter);
    }

    [Fact]
    public async Task L2_What_was_out_is_charged_until_its_record_ends()
    {
        await LeaseAsync(s_ten, "a", want: 10);
        await AdvanceAsync(Milliseconds(2499));
        Assert.Equal(0, (await UseAsync(s_ten, 1)).Granted);
        await AdvanceAsync(Milliseconds(1));
        Assert.Equal(0, (await UseAsync(s_ten, 1)).Granted);
        await AdvanceAsync(Milliseconds(300));
        Assert.Equal(3, (await UseAsync(s_ten, 10, atLeast: 1)).Granted);
    }

    [Fact]
    public async Task L3_What_is_given_back_can_be_taken_by_others()
    {
        await LeaseAsync(s_ten, "a", want: 10);
        LeaseResult settled = await LeaseAsync(s_ten, "a", want: 0, held: 2, giveBack: 5);
        Assert.Equal((2, 5, 5, 2), (settled.Kept, settled.Returned, settled.Available, settled.Outstanding));
        Assert.Equal(5, (await LeaseAsync(s_ten, "b", want: 9)).Granted);
    }

    [Fact]
    public async Task L3_No_more_is_taken_back_than_is_on_record()
    {
        await LeaseAsync(s_ten, "a", want: 4);
        await UseAsync(s_ten, 6);
        LeaseResult settled = await LeaseAsync(s_ten, "a", want: 0, held: 3, giveBack: 9);
        Assert.Equal((3, 1, 1), (settled.Kept, settled.Returned, settled.Available));
        Assert.Equal(0, (await LeaseAsync(s_ten, "b", want: 0, giveBack: 5)).Returned);
    }

    [Fact]
    public async Task L3_Settling_and_taking_are_one_step()
    {
        await LeaseAsync(s_ten, "a", want: 10);
        await AdvanceAsync(Milliseconds(500));
        LeaseResult next = await LeaseAsync(s_ten, "a", want: 9, held: 1, giveBack: 3);
        Assert.Equal((1, 3, 3, 4), (next.Kept, next.Returned, next.Granted, next.Outstanding));
    }

    [Fact]
    public async Task L4_What_has_ended_does_not_come_back()
    {
        await LeaseAsync(s_ten, "a", want: 10);
        await AdvanceAsync(Milliseconds(2500));
        LeaseResult late = await LeaseAsync(s_ten, "a", want: 0, held: 10);
        Assert.Equal((0, 0), (late.Kept, late.Outstanding));
    }

    [Fact]
    public async Task L4_What_is_kept_lives_on()
    {
        await LeaseAsync(s_ten, "a", want: 10);
        for (int round = 0; round < 4; round++)
        {
            await AdvanceAsync(Milliseconds(1900));
            Assert.Equal(8, (await LeaseAsync(s_ten, "a", want: 0, held: 8)).Kept);
        }

        Assert.Equal(2, (await Store.ReadAsync(StoreKeyspace.Lease, "api")).Available);
    }

    [Fact]
    public async Task L4_A_shorter_life_does_not_cut_the_one_that_was_promised()
    {
        await LeaseAsync(s_ten, "a", want: 10);
        await Store.ExecuteAsync(
            new LeaseOperation
            {
                Key = "api",
                Limit = s_ten,
                Client = "a",
                Sequence = Interlocked.Increment(ref _sequence),
                Held = 10,
                TimeToLive = Milliseconds(1),
                Margin = default,
            });
        await AdvanceAsync(Milliseconds(1900));
        Assert.Equal(0, (await UseAsync(s_ten, 1)).Granted);
        Assert.Equal(10, (await LeaseAsync(s_ten, "a", want: 0, held: 10)).Kept);
    }

    [Fact]
    public async Task L5_What_a_crashed_client_held_is_lost_and_its_charge_ends()
    {
        await LeaseAsync(s_ten, "a", want: 10);
        await AdvanceAsync(Milliseconds(2500));
        StoreState ended = await Store.ReadAsync(StoreKeyspace.Lease, "api");
        Assert.Equal((0, 0, 0), (ended.Available, ended.Outstanding, ended.ActiveClients));
        await AdvanceAsync(Milliseconds(1000));
        Assert.Equal(10, (await UseAsync(s_ten, 10)).Granted);
    }

    [Fact]
    public async Task L5_A_restart_forgets_nobody()
    {
        await LeaseAsync(s_ten, "a", want: 10);
        await AdvanceAsync(Milliseconds(500));
        await Harness.RestartAsync();
        await AdvanceAsync(Milliseconds(1000));
        Assert.Equal(0, (await UseAsync(s_ten, 1)).Granted);
        Assert.Equal(10, (await LeaseAsync(s_ten, "a", want: 0, held: 10)).Kept);
    }

    [Fact]
    public async Task L6_Less_than_is_worth_having_is_not_taken()
    {
        await UseAsync(s_ten, 6);
        LeaseResult refused = await LeaseAsync(s_ten, "a", want: 8, atLeast: 5);
        Assert.Equal((0, 4), (refused.Granted, refused.Available));
        Assert.Equal(Milliseconds(100), refused.RetryAfter);
        Assert.Equal(Timeout.InfiniteTimeSpan, (await LeaseAsync(s_ten, "a", want: 11, atLeast: 11)).RetryAfter);
        Assert.Equal(4, (await LeaseAsync(s_ten, "a", want: 8, atLeast: 4)).Granted);
    }

    [Fact]
    public async Task L6_A_fair_share_leaves_something_to_others()
    {
        Assert.Equal(10, (await LeaseAsync(s_ten, "a", want: 20, fair: true)).Granted);
        await LeaseAsync(s_ten, "a", want: 0, giveBack: 10);
        await LeaseAsync(s_ten, "b", want: 0);
        await LeaseAsync(s_ten, "c", want: 0);
        Assert.Equal(3, (await LeaseAsync(s_ten, "a", want: 20, fair: true)).Granted);
        Assert.Equal(1, (await LeaseAsync(s_ten, "a", want: 20, held: 2, fair: true)).Granted);
        Assert.Equal(1, (await LeaseAsync(s_ten, "a", want: 20, held: 3, fair: true)).Granted);
        Assert.Equal(4, (await LeaseAsync(s_ten, "b", want: 20, atLeast: 4, fair: true)).Granted);
    }

    [Fact]
    public async Task L6_Told_to_wait_is_refused_before_and_granted_then()
    {
        Random random = new(11);
        for (int round = 0; round < 60; round++)
        {
            string key = "key" + round;
            TokenBucketLimit limit = new(random.Next(1, 2000) / 7.0, random.Next(2, 30));
            for (int taken = 0; taken < 6; taken++)
            {
                await LeaseAsync(limit, "c" + random.Next(4), want: random.Next(0, 9), held: random.Next(0, 3), key: key);
                await AdvanceAsync(Milliseconds(random.Next(0, 900)));
            }

            long wanted = random.NextInt64(1, limit.Burst + 1);
            LeaseResult refused = await UseAsync(limit, wanted, key: key);
            if (refused.Granted > 0)
            {
                continue;
            }

            // A clock that steps shows the end of the wait at its next step.
            TimeSpan wait = new((refused.RetryAfter.Ticks + Step.Ticks - 1) / Step.Ticks * Step.Ticks);
            await AdvanceAsync(wait - Step);
            Assert.Equal(0, (await UseAsync(limit, wanted, key: key)).Granted);
            await AdvanceAsync(Step);
            Assert.Equal(wanted, (await UseAsync(limit, wanted, key: key)).Granted);
        }
    }

    [Fact]
    public async Task L7_Permits_one_by_one_and_at_once_cost_the_same()
    {
        TokenBucketLimit odd = new(3_000_000.1, 1000);
        await UseAsync(odd, 900, key: "at once");
        for (int taken = 0; taken < 900; taken++)
        {
            await UseAsync(odd, 1, key: "singly");
        }

        Assert.Equal((await UseAsync(odd, 200, key: "at once")).RetryAfter, (await UseAsync(odd, 200, key: "singly")).RetryAfter);
    }

    [Fact]
    public async Task L7_The_rate_is_never_above_the_nominal_one()
    {
        TokenBucketLimit odd = new(700_000_000, 1);
        long granted = 0;
        for (int step = 0; step < 100; step++)
        {
            granted += (await UseAsync(odd, 1)).Granted;
            await AdvanceAsync(Step);
        }

        Assert.Equal(100, granted);
        Assert.True((await UseAsync(new TokenBucketLimit(3, 3), 3, key: "slow")).Floor.FullAt >= Harness.Now + 1_000_000_000);
    }
}
