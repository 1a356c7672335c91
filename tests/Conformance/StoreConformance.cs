namespace RateSync.Fast.Tests.Conformance;

/// <summary>The laws of a store, by the numbers of docs/design/stores.md.</summary>
public abstract partial class StoreConformance : IAsyncLifetime
{
    private static readonly TimeSpan s_lifetime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_margin = TimeSpan.FromMilliseconds(500);

    private StoreHarness? _harness;
    private long _sequence;

    /// <summary>The harness of the running law.</summary>
    protected StoreHarness Harness => _harness ??= NewHarness();

    protected IStore Store => Harness.Store;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }
    }

    /// <summary>The shortest time that can be seen to pass in the store.</summary>
    private TimeSpan Step => Store.Capabilities.ClockResolution;

    protected abstract StoreHarness NewHarness();

    private static TimeSpan Milliseconds(long milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private Task AdvanceAsync(TimeSpan time) => Harness.AdvanceAsync(time);

    private async Task<LeaseResult> LeaseAsync(
        StoreLimit limit, string client, long want, long held = 0, long giveBack = 0, long? sequence = null, long atLeast = 1,
        StoreFloor floor = default, bool fair = false, string key = "api") => await Store.ExecuteAsync(new LeaseOperation
        {
            Key = key,
            Limit = limit,
            Client = client,
            Sequence = sequence ?? Interlocked.Increment(ref _sequence),
            Want = want,
            AtLeast = atLeast,
            Held = held,
            Return = giveBack,
            Fair = fair,
            TimeToLive = s_lifetime,
            Margin = s_margin,
            Floor = floor,
        });

    /// <summary>Takes permits that are used at once.</summary>
    private async Task<LeaseResult> UseAsync(StoreLimit limit, long want, long? atLeast = null, string key = "api") =>
        await Store.ExecuteAsync(new LeaseOperation { Key = key, Limit = limit, Want = want, AtLeast = atLeast ?? want });

    private async Task<SlotResult> SlotsAsync(
        int most, string client, int want, long[]? held = null, long? sequence = null, int atLeast = 1, long version = 0,
        long fenceFloor = 0) =>
        await Store.ExecuteAsync(new SlotOperation
        {
            Key = "pool",
            Limit = new ConcurrencyLimit(most) { Version = version },
            Client = client,
            Sequence = sequence ?? Interlocked.Increment(ref _sequence),
            Want = want,
            AtLeast = atLeast,
            Held = [.. held ?? []],
            TimeToLive = s_lifetime,
            Margin = s_margin,
            FenceFloor = fenceFloor,
        });
}
