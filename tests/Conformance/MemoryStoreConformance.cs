namespace RateSync.Fast.Tests.Conformance;

public sealed class MemoryStoreConformance : StoreConformance
{
    protected override StoreHarness NewHarness() => new MemoryStoreHarness();
}
