using System.Globalization;

namespace RateSync.Fast.Bench.Rows;

/// <summary>What a figure must not pass.</summary>
/// <param name="Limit">The figure.</param>
/// <param name="IsMaximum">Whether it is the most it may be; else the least.</param>
internal readonly record struct Bound(double Limit, bool IsMaximum)
{
    public static Bound AtMost(double limit) => new(limit, true);

    public static Bound AtLeast(double limit) => new(limit, false);

    public bool IsMetBy(double figure) => IsMaximum ? figure <= Limit : figure >= Limit;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsMaximum ? "<=" : ">=")}{Limit:0.####}");
}
