namespace RateSync.Fast.Tests.Conformance;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task A1_Operations_of_a_batch_on_one_key_come_in_order()
    {
        StoreOperation[] batch =
        [
            new CounterOperation { Key = "n", Delta = 5, TimeToLive = s_lifetime },
            new CooldownOperation { Key = "n", Duration = s_lifetime },
            new LeaseOperation { Key = "n", Limit = s_ten, Want = 4 },
            new CounterOperation { Key = "n", Delta = -2, TimeToLive = s_lifetime },
            new ReadOperation(StoreKeyspace.Lease) { Key = "n" },
        ];
        StoreResult[] results = new StoreResult[batch.Length];
        await Store.ExecuteAsync(batch, results);
        Assert.Equal(5, Assert.IsType<CounterResult>(results[0]).Value);
        Assert.True(Assert.IsType<CooldownResult>(results[1]).Started);
        Assert.Equal(4, Assert.IsType<LeaseResult>(results[2]).Granted);
        Assert.Equal(3, Assert.IsType<CounterResult>(results[3]).Value);
        Assert.Equal(6, Assert.IsType<StoreState>(results[4]).Available);
    }

    [Fact]
    public async Task A1_A_batch_with_a_mistake_in_it_does_nothing()
    {
        StoreOperation[] batch =
        [
            new CounterOperation { Key = "n", Delta = 5, TimeToLive = s_lifetime },
            new LeaseOperation { Key = "n", Limit = s_ten, Want = -1 },
        ];
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.ExecuteAsync(batch, new StoreResult[2]));
        Assert.False((await Store.ReadAsync(StoreKeyspace.Counter, "n")).Exists);
        await Assert.ThrowsAnyAsync<ArgumentException>(
            async () => await Store.ExecuteAsync(batch.AsMemory(0, 1), Memory<StoreResult>.Empty));
    }

    [Fact]
    public async Task A1_Reading_takes_nothing_and_makes_nobody_active()
    {
        Assert.False((await Store.ReadAsync(StoreKeyspace.Lease, "api")).Exists);
        await LeaseAsync(s_ten, "a", want: 4);
        for (int round = 0; round < 3; round++)
        {
            StoreState read = await Store.ReadAsync(StoreKeyspace.Lease, "api");
            Assert.Equal((true, s_ten, 6L, 4L, 1), (read.Exists, read.Limit, read.Available, read.Outstanding, read.ActiveClients));
        }
    }

    [Fact]
    public async Task A2_Many_callers_at_once_get_no_more_than_there_is()
    {
        long granted = 0;
        await Parallel.ForAsync(0, 200, async (caller, _) =>
        {
            LeaseResult result = await LeaseAsync(new TokenBucketLimit(1, 100), "c" + caller, want: 3);
            Interlocked.Add(ref granted, result.Granted);
        });
        Assert.Equal(100, granted);
    }

    [Fact]
    public async Task A3_A_repeated_lease_is_granted_once()
    {
        LeaseResult first = await LeaseAsync(s_ten, "a", want: 4, sequence: 1);
        await AdvanceAsync(Milliseconds(100));
        LeaseResult again = await LeaseAsync(s_ten, "a", want: 4, sequence: 1);
        Assert.Equal(first with { Replayed = true }, again);
        Assert.Equal(6, (await Store.ReadAsync(StoreKeyspace.Lease, "api")).Available);
    }

    [Fact]
    public async Task A3_A_repeated_operation_counts_once_of_every_kind()
    {
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal(7, (await Store.ExecuteAsync(
                new CounterOperation { Key = "n", Client = "a", Sequence = 1, Delta = 7, TimeToLive = s_lifetime })).Value);
            Assert.True((await Store.ExecuteAsync(
                new CooldownOperation { Key = "n", Client = "a", Sequence = 1, Duration = s_lifetime })).Started);
            Assert.Equal((2, 2), await SlotsAsync(5, "a", want: 2, sequence: 1) is { } slots ? (slots.Granted, slots.InUse) : default);
        }

        Assert.Equal(7, (await Store.ReadAsync(StoreKeyspace.Counter, "n")).Value);
    }

    [Fact]
    public async Task A3_An_answer_is_remembered_for_the_retry_horizon()
    {
        CounterOperation add = new() { Key = "n", Client = "a", Sequence = 1, Delta = 7, TimeToLive = TimeSpan.FromDays(1) };
        await Store.ExecuteAsync(add);
        await AdvanceAsync(Store.Capabilities.RetryHorizon - Step);
        await Harness.RestartAsync();
        Assert.True((await Store.ExecuteAsync(add)).Replayed);
    }

    [Fact]
    public async Task A3_What_was_overtaken_does_nothing()
    {
        await LeaseAsync(s_ten, "a", want: 2, sequence: 5);
        LeaseResult late = await LeaseAsync(s_ten, "a", want: 4, giveBack: 2, sequence: 4);
        Assert.True(late.Stale);
        Assert.Equal((0, 0, 8), (late.Granted, late.Returned, late.Available));
        await SlotsAsync(5, "a", want: 2, sequence: 5);
        Assert.True((await SlotsAsync(5, "a", want: 0, sequence: 4)).Stale);
        Assert.Equal(2, (await Store.ReadAsync(StoreKeyspace.Slot, "pool")).Outstanding);
    }

    [Fact]
    public async Task C1_A_cooldown_has_one_winner()
    {
        int winners = 0;
        await Parallel.ForAsync(0, 100, async (_, cancellationToken) =>
        {
            if (await Store.TryStartCooldownAsync("alert", s_lifetime, cancellationToken))
            {
                Interlocked.Increment(ref winners);
            }
        });
        Assert.Equal(1, winners);
        await AdvanceAsync(s_lifetime - Step);
        Assert.False(await Store.TryStartCooldownAsync("alert", s_lifetime));
        await AdvanceAsync(Step);
        Assert.True(await Store.TryStartCooldownAsync("alert", s_lifetime));
    }

    [Fact]
    public async Task C2_A_counter_ends_after_its_first_addition()
    {
        Assert.Equal(3, await Store.AddAsync("n", 3, s_lifetime));
        await AdvanceAsync(s_lifetime - Step);
        Assert.Equal(5, await Store.AddAsync("n", 2, s_lifetime));
        await AdvanceAsync(Step);
        Assert.Equal(0, (await Store.ReadAsync(StoreKeyspace.Counter, "n")).Value);
        Assert.Equal(1, await Store.AddAsync("n", 1, s_lifetime));
        Assert.Equal(StoreOperation.MaxNumber, await Store.AddAsync("n", StoreOperation.MaxNumber, s_lifetime));
    }

    [Fact]
    public async Task A_store_that_works_says_so() => Assert.True((await Store.CheckHealthAsync()).Healthy);

    [Fact]
    public async Task A4_A_cancelled_call_says_so() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        async () => await Store.ReadAsync(StoreKeyspace.Lease, "api", new CancellationToken(canceled: true)));
}
