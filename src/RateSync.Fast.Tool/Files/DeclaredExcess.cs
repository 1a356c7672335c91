using RateSync.Fast.Tool.Output;

namespace RateSync.Fast.Tool.Files;

/// <summary>How many permits more than its limit a limiter may grant at worst in any time of a window's length, and why.</summary>
/// <param name="Permits">0 if it is strict; infinite if nothing bounds it.</param>
/// <param name="Reason">Why it is not 0; empty if it is.</param>
internal readonly record struct DeclaredExcess(double Permits, string Reason)
{
    public bool IsStrict => Permits == 0;

    /// <summary>For JSON, which has no infinity.</summary>
    public double? Finite => double.IsFinite(Permits) ? Permits : null;

    public static DeclaredExcess Of(RateSyncConfiguration configuration, string id) =>
        new(configuration.GetDeclaredExcess(id, out string reason), reason);

    public override string ToString() =>
        IsStrict ? "0" : double.IsFinite(Permits) ? $"{Words.Number(Permits)}: {Reason}" : "without bound: " + Reason;
}
