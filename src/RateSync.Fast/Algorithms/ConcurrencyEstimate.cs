namespace RateSync.Fast.Algorithms;

/// <summary>What was observed while one window of requests finished.</summary>
/// <param name="Latency">Their mean latency, in ticks.</param>
/// <param name="MaxInFlight">The most that were in flight at a time.</param>
/// <param name="Dropped">Whether any failed for want of capacity: timed out, or was turned away.</param>
internal readonly record struct LatencyWindow(double Latency, long MaxInFlight, bool Dropped);

/// <summary>Numbers of an adaptive limit.</summary>
/// <param name="Min">Lowest limit.</param>
/// <param name="Max">Highest limit.</param>
/// <param name="Backoff">Factor by which the limit is lowered when capacity is exceeded.</param>
/// <param name="Tolerance">How many times the unloaded latency still counts as unloaded.</param>
/// <param name="Target">Latency above which capacity counts as exceeded, in ticks; only for AIMD.</param>
/// <param name="ProbeEvery">After so many windows the unloaded latency is measured anew; only for the gradient.</param>
internal readonly record struct AdaptiveTerms(double Min, double Max, double Backoff, double Tolerance, double Target, int ProbeEvery);

/// <summary>The state of an adaptive concurrency limit, and its two ways of moving on from one window to the next.</summary>
internal readonly record struct ConcurrencyEstimate
{
    /// <summary>A new limit moves half of the way that a window suggests.</summary>
    private const double Smoothing = 0.5;

    /// <summary>While probing, the limit is lowered to this part of itself.</summary>
    private const double ProbeShare = 0.6;

    private ConcurrencyEstimate(double limit)
    {
        Limit = limit;
        LeastLatency = OlderLeast = double.PositiveInfinity;
    }

    /// <summary>The limit that was found.</summary>
    public double Limit { get; private init; }

    /// <summary>The next window runs with a lower limit, to see the latency without queueing.</summary>
    public bool Probing { get; private init; }

    private double LeastLatency { get; init; }

    private double OlderLeast { get; init; }

    private int Windows { get; init; }

    /// <summary>The limit to apply during the next window.</summary>
    public int Applied(in AdaptiveTerms terms) =>
        (int)Math.Clamp(Math.Round(Probing ? Limit * ProbeShare : Limit), terms.Min, terms.Max);

    public static ConcurrencyEstimate Start(double limit) => new(limit);

    /// <summary>
    /// Additive increase, multiplicative decrease: one slot more for each window within the target, a tenth less for one
    /// beyond it (D. Chiu, R. Jain, "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance in Computer Networks",
    /// 1989).
    /// </summary>
    public ConcurrencyEstimate Aimd(in LatencyWindow window, in AdaptiveTerms terms)
    {
        if (window.Dropped || window.Latency > terms.Target)
        {
            return this with { Limit = Math.Max(terms.Min, Limit * terms.Backoff) };
        }

        return IsIdle(window) ? this : this with { Limit = Math.Min(terms.Max, Limit + 1) };
    }

    /// <summary>
    /// Follows the ratio of the unloaded latency to the present one: 1 without queueing, less the longer requests queue. The
    /// room added on top, half the square root of the limit, lets the limit grow until queueing shows.
    /// </summary>
    /// <remarks>
    /// In the manner of the gradient limits of Netflix's concurrency-limits, with the unloaded latency measured by probing, as BBR
    /// does (N. Cardwell et al., "BBR: Congestion-Based Congestion Control", 2016): an average that only ever saw load would take it for
    /// normal.
    /// </remarks>
    public ConcurrencyEstimate Gradient(in LatencyWindow window, in AdaptiveTerms terms)
    {
        double least = Math.Min(LeastLatency, window.Latency);
        ConcurrencyEstimate next = this with { LeastLatency = least, Windows = Windows + 1, Probing = false };
        if (Probing)
        {
            return next;
        }

        if (next.Windows >= terms.ProbeEvery)
        {
            next = next with { Windows = 0, Probing = true, OlderLeast = least, LeastLatency = double.PositiveInfinity };
        }

        if (window.Dropped)
        {
            return next with { Limit = Math.Max(terms.Min, Limit * terms.Backoff) };
        }

        if (IsIdle(window))
        {
            return next;
        }

        double unloaded = Math.Min(OlderLeast, least);
        double gradient = Math.Clamp(terms.Tolerance * unloaded / window.Latency, 0.5, 1);
        double wanted = (Limit * gradient) + (Math.Sqrt(Limit) / 2);
        return next with { Limit = Math.Clamp(Limit + ((wanted - Limit) * Smoothing), terms.Min, terms.Max) };
    }

    /// <summary>Too little was going on to learn anything about the limit.</summary>
    private bool IsIdle(in LatencyWindow window) => window.MaxInFlight * 2 < Limit;
}
