using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RateSync.Fast.Engine;

/// <summary>Argument checks whose messages name what was expected; the exception adds the name and the value found.</summary>
internal static class Check
{
    public static void Range(long value, long min, long max, string name)
    {
        if (value < min || value > max)
        {
            Throw(name, value, string.Create(CultureInfo.InvariantCulture, $"It must be from {min} to {max}."));
        }
    }

    public static void AtLeast(long value, long min, string name)
    {
        if (value < min)
        {
            Throw(name, value, string.Create(CultureInfo.InvariantCulture, $"It must be at least {min}."));
        }
    }

    public static void Range(double value, double min, double max, string name)
    {
        // Written so that NaN is out of range.
        if (!(value >= min && value <= max))
        {
            Throw(name, value, string.Create(CultureInfo.InvariantCulture, $"It must be a number from {min} to {max}."));
        }
    }

    public static void NotNegative(TimeSpan value, string name)
    {
        if (value < TimeSpan.Zero)
        {
            Throw(name, value, "It must not be negative.");
        }
    }

    public static void Positive(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero)
        {
            Throw(name, value, "It must be more than zero.");
        }
    }

    public static void Timeout(TimeSpan value, string name)
    {
        if (value < TimeSpan.Zero && value != System.Threading.Timeout.InfiniteTimeSpan)
        {
            Throw(name, value, "It must be zero or more, or Timeout.InfiniteTimeSpan to wait for ever.");
        }
    }

    /// <summary>
    /// A value of an enumeration whose values go from 0 to a last one. Not generic, which would be compiled for each of them.
    /// </summary>
    public static void Defined(int value, int last, Type type, string name)
    {
        if (value < 0 || value > last)
        {
            Throw(name, Enum.ToObject(type, value), $"It must be one of {string.Join(", ", Enum.GetNames(type))}.");
        }
    }

    [DoesNotReturn]
    public static void Throw(string name, object? value, string expected) => throw new ArgumentOutOfRangeException(name, value, expected);
}
