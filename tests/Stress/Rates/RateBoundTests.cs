using RateSync.Fast.Tests.Stress.Checking;
using RateSync.Fast.Tests.Stress.Running;

namespace RateSync.Fast.Tests.Stress.Rates;

/// <summary>
/// No interval, wherever it is laid, has more grants in it than the limit allows; and nothing that could be granted is lost.
/// </summary>
public sealed class RateBoundTests
{
    private static readonly TimeSpan s_length = TimeSpan.FromMilliseconds(600);

    [Theory]
    [EachSubject]
    public void Under_saturation_every_interval_keeps_the_bound_and_the_rate_is_used(string subject, int threads) =>
        Verify.Of(() => RateSubjects.Make(subject).Put(threads, Demand.Saturated, s_length));

    [Theory]
    [EachSubject]
    public void After_pauses_every_interval_keeps_the_bound(string subject, int threads) =>
        Verify.Of(() => RateSubjects.Make(subject).Put(threads, Demand.Bursty, s_length));
}
