using System.Globalization;
using System.Numerics;

namespace RateSync.Fast.Tests.Property.Checks;

/// <summary>An exact fraction; the denominator is positive.</summary>
internal readonly record struct Rational : IComparable<Rational>
{
    public Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.Sign < 0)
        {
            (numerator, denominator) = (-numerator, -denominator);
        }

        BigInteger common = BigInteger.GreatestCommonDivisor(numerator, denominator);
        Numerator = numerator / common;
        Denominator = denominator / common;
    }

    public BigInteger Numerator { get; }

    public BigInteger Denominator { get; }

    /// <summary>The decimal number that a person reads when the double is printed.</summary>
    public static Rational OfDecimal(double value)
    {
        string[] parts = value.ToString("E16", CultureInfo.InvariantCulture).Split('E');
        foreach (string digits in Enumerable.Range(0, 17).Select(n => value.ToString("E" + n, CultureInfo.InvariantCulture)))
        {
            if (double.Parse(digits, CultureInfo.InvariantCulture).Equals(value))
            {
                parts = digits.Split('E');
                break;
            }
        }

        int exponent = int.Parse(parts[1], CultureInfo.InvariantCulture);
        int point = parts[0].IndexOf('.', StringComparison.Ordinal);
        exponent -= point < 0 ? 0 : parts[0].Length - point - 1;
        BigInteger mantissa = BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return exponent >= 0
            ? new Rational(mantissa * BigInteger.Pow(10, exponent), 1)
            : new Rational(mantissa, BigInteger.Pow(10, -exponent));
    }

    public static implicit operator Rational(long value) => new(value, 1);

    public static implicit operator Rational(BigInteger value) => new(value, 1);

    public static Rational operator +(Rational a, Rational b) =>
        new((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Rational operator -(Rational a, Rational b) =>
        new((a.Numerator * b.Denominator) - (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Rational operator *(Rational a, Rational b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static Rational operator /(Rational a, Rational b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    public static bool operator <(Rational a, Rational b) => a.CompareTo(b) < 0;

    public static bool operator >(Rational a, Rational b) => a.CompareTo(b) > 0;

    public static bool operator <=(Rational a, Rational b) => a.CompareTo(b) <= 0;

    public static bool operator >=(Rational a, Rational b) => a.CompareTo(b) >= 0;

    public static Rational Min(Rational a, Rational b) => a < b ? a : b;

    public static Rational Max(Rational a, Rational b) => a > b ? a : b;

    public int CompareTo(Rational other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    public BigInteger Floor() => BigInteger.DivRem(Numerator, Denominator, out BigInteger rest) - (rest.Sign < 0 ? 1 : 0);

    public BigInteger Ceiling() => -new Rational(-Numerator, Denominator).Floor();

    public override string ToString() => $"{Numerator}/{Denominator}";
}
