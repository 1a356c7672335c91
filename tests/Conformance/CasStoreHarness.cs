using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Conformance;

internal sealed class CasStoreHarness : StoreHarness
{
    private readonly ManualClock _clock = new();
    private CasStore _store;

    public CasStoreHarness() => _store = new CasStore(_clock);

    public override IStore Store => _store;

    public override long Now => _store.Now;

    public override Task AdvanceAsync(TimeSpan time)
    {
        _clock.Advance(time);
        return Task.CompletedTask;
    }

    public override Task RestartAsync()
    {
        _store = new CasStore(_clock, _store.Copy());
        return Task.CompletedTask;
    }

    public override async Task LoseAsync(Func<Task> writes)
    {
        CasStore behind = new(_clock, _store.Copy());
        await writes();
        _store = behind;
    }

    public override ValueTask DisposeAsync() => _store.DisposeAsync();
}
