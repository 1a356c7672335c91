namespace RateSync.Fast.Tests.Conformance;

/// <summary>The contract can be kept with nothing but compare-and-swap on bytes.</summary>
public sealed class CasStoreConformance : StoreConformance
{
    protected override StoreHarness NewHarness() => new CasStoreHarness();
}
