using System.Globalization;
using System.Numerics;

namespace RateSync.Fast.Bench.Replay;

/// <summary>A rate exactly as it was written: permits over seconds, two whole numbers.</summary>
internal sealed record ExactRate(BigInteger Permits, BigInteger Seconds)
{
    /// <exception cref="UsageException">Not a positive decimal number.</exception>
    public static ExactRate Parse(string text)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        string digits = point < 0 ? text : text.Remove(point, 1);
        if (!BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out BigInteger permits) || permits.IsZero)
        {
            throw new UsageException($"--rate needs a positive decimal number of requests per second, not '{text}'.");
        }

        return new ExactRate(permits, BigInteger.Pow(10, point < 0 ? 0 : text.Length - point - 1));
    }
}
