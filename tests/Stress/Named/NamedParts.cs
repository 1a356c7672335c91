using RateSync.Fast.Algorithms;
using RateSync.Fast.Named;

namespace RateSync.Fast.Tests.Stress.Named;

/// <summary>The surroundings of a named limiter, with a mistake switched on or none.</summary>
internal sealed class NamedParts(Defect mistake = Defect.None) : INamedParts
{
    public Dictionary<string, NamedLimiter> Limiters { get; } = new(StringComparer.Ordinal);

    public Defect Mistake { get; } = mistake;

    public Limiter Find(string id) => Limiters[id];

    public Func<Exception>? WhyUnavailable(string limiterId, string? store) => null;

    public NamedLimiter Make(string id, LimiterOptions options, TimeProvider? clock = null)
    {
        NamedLimiter made = new(id, options, this, clock);
        Limiters.Add(id, made);
        return made;
    }
}
