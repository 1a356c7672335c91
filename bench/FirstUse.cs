using System.Globalization;

namespace RateSync.Fast.Bench;

/// <summary>What the first use of a limiter by name takes.</summary>
/// <param name="Nanoseconds">How long it takes.</param>
/// <param name="Methods">Methods compiled for it.</param>
/// <param name="IntermediateBytes">The length of those methods as the compiler gets them.</param>
internal readonly record struct FirstUse(double Nanoseconds, long Methods, long IntermediateBytes)
{
    public static FirstUse Parse(string text)
    {
        string[] parts = text.Split(' ');
        return new FirstUse(
            double.Parse(parts[0], CultureInfo.InvariantCulture),
            long.Parse(parts[1], CultureInfo.InvariantCulture),
            long.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Nanoseconds:0} {Methods} {IntermediateBytes}");
}
