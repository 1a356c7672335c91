using RateSync.Fast.State;
using RateSync.Fast.Tests.Stress.Checking;
using RateSync.Fast.Tests.Stress.Controls;

namespace RateSync.Fast.Tests.Stress.Linearization;

/// <summary>
/// A token bucket on one word behaves as if its calls had come one after the other, each at a moment between its call and its return.
/// </summary>
public sealed class GcraLinearizationTests
{
    private static readonly TimeSpan s_length = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData(2, 100_000, 500)]
    [InlineData(4, 100_000, 500)]
    [InlineData(16, 100_000, 500)]
    [InlineData(2, 1_000_000, 20)]
    [InlineData(16, 2_000, 5)]
    public void A_history_can_be_put_in_order_and_replayed(int threads, double ratePerSecond, long burst) =>
        Verify.Of(() => GcraHistory.Run<InterlockedAtomics>(threads, ratePerSecond, burst, s_length));

    [Fact]
    public void A_compare_and_swap_that_is_not_atomic_is_found() =>
        Verify.IsFound(() => GcraHistory.Run<TornExchange>(4, 1_000_000, 500, s_length));

    [Fact]
    public void A_stretch_granted_twice_is_found() => Assert.True(
        Check([new(10, 20, 10, 10, 12), new(11, 22, 11, 11, 13)]).IsViolation);

    [Fact]
    public void A_word_out_of_nowhere_is_found() => Assert.True(
        Check([new(10, 20, 10, 10, 12), new(11, 22, 11, 14, 16)]).IsViolation);

    [Fact]
    public void A_grant_beyond_the_burst_is_found() => Assert.True(
        Check([new(10, 20, 10, 10, 30), new(11, 22, 11, 30, 32)]).IsViolation);

    [Fact]
    public void Calls_out_of_order_are_found() => Assert.True(
        Check([new(30, 40, 10, 10, 12), new(11, 22, 11, 12, 14)]).IsViolation);

    [Fact]
    public void A_refusal_by_a_word_that_was_gone_is_found() => Assert.True(
        GcraReplay.Check([new(10, 20, 10, 10, 25), new(21, 22, 21, 25, 40)], [new(30, 31, 23, 25, 20)], 0, 20).IsViolation);

    [Fact]
    public void A_history_in_order_passes() => Assert.True(
        GcraReplay.Check([new(10, 20, 10, 10, 25), new(21, 22, 21, 25, 40)], [new(20, 31, 23, 25, 20)], 0, 20).IsPass);

    private static Judgement Check(GcraGrant[] grants) => GcraReplay.Check(grants, [], 0, 20);
}
