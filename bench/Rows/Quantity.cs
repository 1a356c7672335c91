using System.Globalization;

namespace RateSync.Fast.Bench.Rows;

/// <summary>Figures with their units, as a person reads them: three digits that count.</summary>
internal static class Quantity
{
    public static string Show(double figure, Unit unit) => unit switch
    {
        Unit.Nanoseconds => Time(figure),
        Unit.Bytes => Bytes(figure) + " B",
        _ => figure.ToString("0", CultureInfo.InvariantCulture),
    };

    public static string Time(double nanoseconds) => Math.Abs(nanoseconds) switch
    {
        < 1e3 => Digits(nanoseconds) + " ns",
        < 1e6 => Digits(nanoseconds / 1e3) + " us",
        < 1e9 => Digits(nanoseconds / 1e6) + " ms",
        _ => Digits(nanoseconds / 1e9) + " s",
    };

    /// <summary>Never rounds something to nothing.</summary>
    public static string Bytes(double bytes) => bytes switch
    {
        0 => "0",
        > 0 and < 0.01 => "<0.01",
        < 10 => bytes.ToString("0.##", CultureInfo.InvariantCulture),
        _ => bytes.ToString("0.#", CultureInfo.InvariantCulture),
    };

    public static string Rate(double perSecond) => perSecond switch
    {
        >= 1e9 => Digits(perSecond / 1e9) + " G/s",
        >= 1e6 => Digits(perSecond / 1e6) + " M/s",
        >= 1e4 => Digits(perSecond / 1e3) + " k/s",
        _ => Digits(perSecond) + "/s",
    };

    public static string Digits(double figure) => Math.Abs(figure) switch
    {
        0 => "0",
        < 10 => figure.ToString("0.00", CultureInfo.InvariantCulture),
        < 100 => figure.ToString("0.0", CultureInfo.InvariantCulture),
        _ => figure.ToString("0", CultureInfo.InvariantCulture),
    };

    public static string Ratio(double ratio) => double.IsFinite(ratio) ? Digits(ratio) : "-";
}
