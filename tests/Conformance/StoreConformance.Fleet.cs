using RateSync.Fast.Tests.Conformance.Fleet;

namespace RateSync.Fast.Tests.Conformance;

public abstract partial class StoreConformance
{
    private const int Seeds = 30;
    private const int Steps = 500;

    /// <summary>Floating point of the model alone: a millionth of a permit.</summary>
    private const double Noise = 1e-6;

    [Fact]
    public async Task Fleet_uses_no_more_than_burst_and_rate_in_any_interval()
    {
        int uses = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            uses += await RunBucketAsync(seed, changes: false);
        }

        Assert.True(uses > 20 * Seeds, $"Only {uses} permits were used.");
    }

    [Fact]
    public async Task Fleet_uses_no_more_than_the_largest_burst_and_the_rates_while_the_limit_changes()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            await RunBucketAsync(seed, changes: true);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Fleet_uses_no_more_than_the_limit_in_any_window(int subWindows)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            await using StoreHarness harness = NewHarness();
            LeaseFleet fleet = new(harness, seed, new WindowLimit(8, TimeSpan.FromSeconds(1)) { SubWindows = subWindows }, changes: false);
            await fleet.RunAsync(Steps);
            int most = Bounds.MostInWindow(fleet.Uses, 1_000_000_000, aligned: subWindows == 1);
            Assert.True(most <= 8, $"seed {seed}: {most} uses of 8 in a window of {subWindows} parts");
            Assert.NotEmpty(fleet.Uses);
        }
    }

    [Fact]
    public async Task Fleet_never_holds_more_slots_than_there_are()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            await using StoreHarness harness = NewHarness();
            SlotFleet fleet = new(harness, seed, slots: 3);
            await fleet.RunAsync(Steps);
            Assert.True(fleet.MostAtOnce <= 3, $"seed {seed}: {fleet.MostAtOnce} of 3 slots held");
            Assert.False(fleet.FenceTwice, $"seed {seed}: a fencing number was given twice");
        }
    }

    private async Task<int> RunBucketAsync(int seed, bool changes)
    {
        await using StoreHarness harness = NewHarness();
        LeaseFleet fleet = new(harness, seed, seed % 2 == 0 ? new TokenBucketLimit(7 / 3.0, 10) : new TokenBucketLimit(20, 6), changes);
        await fleet.RunAsync(Steps);
        double excess = Bounds.Excess(fleet.Uses, fleet.Definitions);
        Assert.True(excess <= Noise, $"seed {seed}: {excess} permits too many");
        return fleet.Uses.Count;
    }
}
