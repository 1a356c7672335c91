using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Conformance;

/// <summary>What the memory store does beyond the contract.</summary>
public class MemoryStoreTests
{
    private static readonly TokenBucketLimit s_limit = new(10, 10);

    [Fact]
    public async Task Keys_that_are_as_good_as_unused_are_dropped_and_live_ones_never()
    {
        ManualClock clock = new();
        await using MemoryStore store = new(clock);
        await store.ExecuteAsync(new LeaseOperation { Key = "live", Limit = new TokenBucketLimit(0.0001, 10), Want = 10 });
        await store.AddAsync("live", 7, TimeSpan.FromDays(1));
        for (int key = 0; key < 20_000; key++)
        {
            await store.ExecuteAsync(new LeaseOperation { Key = "key" + key, Limit = s_limit, Want = 1 });
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(store.Count, 2, 2_200);
        Assert.Equal(0, (await store.ReadAsync(StoreKeyspace.Lease, "live")).Available);
        Assert.Equal(7, (await store.ReadAsync(StoreKeyspace.Counter, "live")).Value);
    }

    [Fact]
    public async Task A_clock_that_goes_back_mints_nothing()
    {
        ManualClock clock = new(start: 10_000_000_000);
        await using MemoryStore store = new(clock);
        LeaseOperation take = new() { Key = "api", Limit = s_limit, Want = 10 };
        Assert.Equal(10, (await store.ExecuteAsync(take)).Granted);
        for (int round = 0; round < 10; round++)
        {
            clock.Jump(round % 2 == 0 ? 5_000_000_000 : 10_000_000_000);
            Assert.Equal(0, (await store.ExecuteAsync(take)).Granted);
        }
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(10_000_000)]
    [InlineData(1_000_000_000_000)]
    public async Task Clocks_of_every_step_give_the_same_waits(long ticksPerSecond)
    {
        ManualClock clock = new(ticksPerSecond);
        await using MemoryStore store = new(clock);
        LeaseOperation take = new() { Key = "api", Limit = s_limit, Want = 4, AtLeast = 4 };
        Assert.Equal(4, (await store.ExecuteAsync(take)).Granted);
        Assert.Equal(4, (await store.ExecuteAsync(take)).Granted);
        LeaseResult refused = await store.ExecuteAsync(take);
        Assert.Equal(TimeSpan.FromMilliseconds(200), refused.RetryAfter);
        clock.Advance(refused.RetryAfter);
        Assert.Equal(4, (await store.ExecuteAsync(take)).Granted);
    }

    [Fact]
    public async Task A_clock_that_shows_less_than_nothing_is_a_clock()
    {
        ManualClock clock = new(start: -1_000_000_000_000);
        await using MemoryStore store = new(clock);
        LeaseOperation take = new() { Key = "api", Limit = s_limit, Want = 10 };
        Assert.Equal(10, (await store.ExecuteAsync(take)).Granted);
        clock.Advance(TimeSpan.FromMilliseconds(700));
        LeaseResult next = await store.ExecuteAsync(take);
        Assert.Equal((7, 700_000_000), (next.Granted, next.StoreTime));
    }

    [Fact]
    public async Task A_key_is_not_forgotten_while_its_numbers_are_ahead_of_the_time()
    {
        ManualClock clock = new();
        await using MemoryStore store = new(clock);
        SlotOperation take = new()
        {
            Key = "pool",
            Client = "a",
            Sequence = 1,
            Limit = new ConcurrencyLimit(1),
            Want = 1,
            FenceFloor = 1_000_000_000_000,
            TimeToLive = TimeSpan.FromSeconds(1),
        };
        long first = (await store.ExecuteAsync(take)).FirstFence;
        clock.Advance(TimeSpan.FromDays(1));
        await SweepAsync(store);
        Assert.True((await store.ExecuteAsync(take with { Client = "b", FenceFloor = 0 })).FirstFence > first);
    }

    [Fact]
    public async Task A_key_is_not_forgotten_while_an_old_floor_could_pass_for_a_new_one()
    {
        ManualClock clock = new();
        await using MemoryStore store = new(clock);
        TokenBucketLimit slow = new(0.001, 10);
        LeaseOperation take = new()
        {
            Key = "api",
            Limit = slow,
            Client = "a",
            Sequence = 1,
            Want = 10,
            TimeToLive = TimeSpan.FromSeconds(1),
        };
        StoreFloor drained = (await store.ExecuteAsync(take)).Floor;
        await store.ExecuteAsync(take with { Sequence = 2, Want = 0, Return = 10 });
        clock.Advance(TimeSpan.FromMinutes(10));
        await SweepAsync(store);
        Assert.Equal(10, (await store.ExecuteAsync(take with { Client = "b", Floor = drained })).Granted);
    }

    [Fact]
    public async Task A_disposed_store_says_so()
    {
        MemoryStore store = new();
        await store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.ReadAsync(StoreKeyspace.Lease, "api"));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.CheckHealthAsync());
    }

    [Fact]
    public async Task Operations_that_make_no_sense_are_turned_away_with_the_name_of_the_member()
    {
        await using MemoryStore store = new();
        LeaseOperation lease = new() { Key = "api", Limit = s_limit, Want = 1 };
        await AssertWrong("Key", lease with { Key = "" });
        await AssertWrong("Limit", lease with { Limit = new ConcurrencyLimit(1) });
        await AssertWrong("AtLeast", lease with { AtLeast = 2 });
        await AssertWrong("TimeToLive", lease with { Client = "a", Held = 1 });
        await AssertWrong("Client", lease with { TimeToLive = TimeSpan.FromSeconds(1) });
        await AssertWrong("Client", lease with { Return = 1 });
        await AssertWrong("Sequence", lease with { Client = "a", TimeToLive = TimeSpan.FromSeconds(1) });
        await AssertWrong("Sequence", lease with { Client = "a", Sequence = StoreOperation.MaxNumber + 1 });
        await AssertWrong("Client", lease with { Client = new string('c', StoreOperation.MaxClientBytes + 1) });
        await AssertWrong("Key", lease with { Key = "half a pair: \ud800" });
        await AssertWrong("Want", lease with { Want = StoreOperation.MaxNumber + 1 });
        await AssertWrong("Floor", lease with { Floor = new StoreFloor(-1, 0) });
        await AssertWrong("Version", lease with { Limit = s_limit with { Version = -1 } });
        await AssertWrong("Client", lease with { Sequence = 1 });
        await AssertWrong("Burst", lease with { Limit = new TokenBucketLimit(1, 0) });
        await AssertWrong("SubWindows", lease with { Limit = new WindowLimit(1, TimeSpan.FromSeconds(1)) { SubWindows = 3 } });
        await AssertWrong("operations", lease with { Key = new string('k', 513) });

        async Task AssertWrong(string member, LeaseOperation operation) => Assert.Equal(
            member, (await Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.ExecuteAsync(operation))).ParamName);
    }

    /// <summary>As many new keys as make a store look for old ones.</summary>
    private static async Task SweepAsync(MemoryStore store)
    {
        for (int key = 0; key < 2048; key++)
        {
            await store.AddAsync("other" + key, 1, TimeSpan.FromTicks(1));
        }
    }
}
