using System.Diagnostics;
using RateSync.Fast.Tests.Stress.Checking;
using RateSync.Fast.Tests.Stress.Recording;
using RateSync.Fast.Tests.Stress.Running;

namespace RateSync.Fast.Tests.Stress.Rates;

/// <summary>A limiter under test together with its law.</summary>
internal sealed record RateSubject
{
    /// <summary>The part of what the rate allows that must be granted when everybody asks without a pause.</summary>
    private const double LeastUse = 0.98;

    public required Func<int, bool> TryTake { get; init; }

    public Action<int>? GiveBack { get; init; }

    /// <summary>The upper bound, over every interval.</summary>
    public required Func<Call[], BoundReport> Check { get; init; }

    /// <summary>What the rate allows in so many ticks of pressure, beyond any burst.</summary>
    public required Func<long, double> Allowed { get; init; }

    /// <summary>How long a burst takes to come in, in ticks.</summary>
    public required long BurstTicks { get; init; }

    /// <summary>Grants that there can be at the most in a second.</summary>
    public required int MostPerSecond { get; init; }

    public int MostAtATime { get; init; } = 1;

    public Judgement Put(int threads, Demand demand, TimeSpan length)
    {
        LoadResult result = new Load
        {
            TryTake = TryTake,
            GiveBack = GiveBack,
            Threads = threads,
            Length = length,
            Demand = demand,
            MostAtATime = MostAtATime,
            MostCalls = (int)(MostPerSecond * (length.TotalSeconds + 1)),
            ShortestAbsence = Math.Max(Stopwatch.Frequency / 200_000, BurstTicks / 50),
        }.Run();
        BoundReport bound = Check(result.Calls);
        if (!bound.Holds)
        {
            return Judgement.Violation(bound.ToString());
        }

        if (!result.IsComplete || bound.Calls == 0)
        {
            return Judgement.Inconclusive(bound.Calls == 0 ? "Nothing was granted." : "There was no room to record all calls.");
        }

        return demand == Demand.Saturated
            ? Judgement.WorstOf(Judgement.Pass(bound.ToString()), JudgeUse(result))
            : Judgement.Pass(bound.ToString());
    }

    private Judgement JudgeUse(LoadResult result)
    {
        double allowed = Allowed(result.Ticks);
        string text = $"{result.Permits} granted of {allowed:0} allowed, {100.0 * result.Away / result.Ticks:0.##} % of the time away";
        if (result.Permits >= LeastUse * allowed)
        {
            return Judgement.Pass(text);
        }

        // What became available while nobody asked may be lost, as a full bucket runs over: that is for the machine to answer for.
        return result.Away > result.Ticks / 4 || result.Permits >= LeastUse * Allowed(result.Ticks - result.Away)
            ? Judgement.Inconclusive($"The machine stood still: {text}")
            : Judgement.Violation($"Too little: {text}");
    }
}
