using System.Globalization;
using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Operations;
using RateSync.Fast.Bench.Peers;
using RateSync.Fast.Bench.Rows;

namespace RateSync.Fast.Bench.Compare;

/// <summary>Two limits at once: what a grant costs, and what a refusal burns.</summary>
internal static class ChainComparison
{
    private const int Slots = 50;
    private const int Tokens = 1_000;

    public static IEnumerable<Finding> Measure()
    {
        using RateLimiter chain = RateLimiter.CreateChained(PeerLimits.FullTokenBucket(), PeerLimits.Concurrency(Slots));
        using CompositeLimiter composite = new(new TokenBucket(PeerLimits.Rate, PeerLimits.Burst), new TicketSemaphore(Slots));
        using Crew crew = new();
        Contest contest = new();
        Contender platform = contest.Add("chain", _ => new ChainedPeer(chain));
        Contender ours = contest.Add("composite", _ => new CompositeOperation(composite));
        WarmUp.Run(crew, contest.Contenders);
        contest.Run(crew, Budget.Headline);
        yield return new Finding("granted and given back", Cost(platform), Cost(ours));
        yield return new Finding($"tokens burnt by {Tokens:N0} refusals, all slots being taken", Show(BurntByPlatform()), Show(BurntByOurs()));
    }

    private static long BurntByPlatform()
    {
        using TokenBucketRateLimiter rate = new(new TokenBucketRateLimiterOptions
        {
            TokenLimit = Tokens,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromHours(1),
            AutoReplenishment = false,
        });
        using ConcurrencyLimiter slots = PeerLimits.Concurrency(1);
        using RateLimitLease taken = slots.AttemptAcquire();
        using RateLimiter chain = RateLimiter.CreateChained(rate, slots);
        for (int i = 0; i < Tokens; i++)
        {
            chain.AttemptAcquire().Dispose();
        }

        return Tokens - rate.GetStatistics()!.CurrentAvailablePermits;
    }

    private static long BurntByOurs()
    {
        using TokenBucket rate = new(1.0 / 3600, Tokens);
        using TicketSemaphore slots = new(1);
        using CompositeLimiter composite = new(rate, slots);
        slots.TryEnter();
        for (int i = 0; i < Tokens; i++)
        {
            composite.TryAcquire();
        }

        return Tokens - rate.GetState().Remaining;
    }

    private static string Cost(Contender contender) => $"{Quantity.Time(contender.MedianNs)}, {Quantity.Bytes(contender.MedianBytes)} B";

    private static string Show(long tokens) => tokens.ToString("N0", CultureInfo.InvariantCulture);
}
