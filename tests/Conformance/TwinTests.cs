using RateSync.Fast.Stores;

namespace RateSync.Fast.Tests.Conformance;

public class TwinTests
{
    /// <summary>What must fail, by the beginnings of the laws' names.</summary>
    private static readonly Dictionary<StoreDefect, string[]> s_caught = new()
    {
        [StoreDefect.ChargesWhatIsOutNow] = ["L2_What_was_out_until_now", "Fleet_uses_no_more_than_burst"],
        [StoreDefect.ChargesNothing] = ["L2_A_bucket_fills_up", "Fleet_uses_no_more_than_burst"],
        [StoreDefect.ForgetsLeases] = ["L5_A_restart", "S2_A_restart", "Fleet_uses_no_more_than_burst", "Fleet_never_holds_more_slots"],
        [StoreDefect.ReusesSlotEarly] = ["S2_A_slot_is_given_away_only_after", "Fleet_never_holds_more_slots"],
        [StoreDefect.CountsRetryTwice] = ["A3_A_repeated_lease", "A3_A_repeated_operation"],
        [StoreDefect.AppliesOvertaken] = ["A3_What_was_overtaken"],
        [StoreDefect.IgnoresFloor] = ["L9_A_store_that_lost_writes"],
        [StoreDefect.RevivesEnded] = ["L4_What_has_ended"],
        [StoreDefect.TakesBackAnything] = ["L3_No_more_is_taken_back"],
        [StoreDefect.RaisedLimitIsFree] = ["L8_A_raised_burst", "L8_To_and_fro", "Fleet_uses_no_more_than_the_largest_burst"],
        [StoreDefect.ServesOldDefinition] = ["L8_Older_callers"],
        [StoreDefect.WindowForgetsLease] = ["L10_A_lease_of_a_window", "Fleet_uses_no_more_than_the_limit_in_any_window"],
        [StoreDefect.FenceStartsAgain] = ["S4_Fencing_numbers", "Fleet_never_holds_more_slots"],
    };

    public static TheoryData<int> Defects => new(s_caught.Keys.Select(static defect => (int)defect));

    [Fact]
    public void Every_mistake_has_laws_that_catch_it() =>
        Assert.Equal(Enum.GetValues<StoreDefect>().Where(static defect => defect != StoreDefect.None), s_caught.Keys.Order());

    [Theory]
    [MemberData(nameof(Defects))]
    public async Task The_suite_fails_on_a_store_with_a_mistake(int mistake)
    {
        StoreDefect defect = (StoreDefect)mistake;
        List<string> failed = await TwinOfMemoryStore.FailingLawsAsync(defect);
        Assert.DoesNotContain(
            s_caught[defect].Where(law => !failed.Exists(name => name.StartsWith(law, StringComparison.Ordinal))),
            law => law is not null);
    }

    [Fact]
    public async Task The_suite_passes_on_a_store_without_one() => Assert.Empty(await TwinOfMemoryStore.FailingLawsAsync(StoreDefect.None));
}
