using RateSync.Fast.Stores;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Conformance;

internal sealed class MemoryStoreHarness : StoreHarness
{
    private readonly ManualClock _clock = new();
    private MemoryStore _store;

    public MemoryStoreHarness(StoreDefect defect = StoreDefect.None) => _store = new MemoryStore(_clock, defect);

    public override IStore Store => _store;

    public override long Now => _clock.Ticks;

    public override Task AdvanceAsync(TimeSpan time)
    {
        _clock.Advance(time);
        return Task.CompletedTask;
    }

    public override Task RestartAsync()
    {
        _store = _store.AfterRestart();
        return Task.CompletedTask;
    }

    public override async Task LoseAsync(Func<Task> writes)
    {
        MemoryStore behind = _store.AfterRestart();
        await writes();
        _store = behind;
    }

    public override ValueTask DisposeAsync() => _store.DisposeAsync();
}
