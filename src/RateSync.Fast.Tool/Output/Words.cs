using System.Globalization;

namespace RateSync.Fast.Tool.Output;

/// <summary>Figures in words, the same in every culture.</summary>
internal static class Words
{
    public static string Count(long number, string one, string? many = null) =>
        Text($"{number:N0} {(number == 1 ? one : many ?? one + "s")}");

    public static string Number(double number) => Text($"{number:#,0.##}");

    /// <summary>A time as people write it, to three digits or so.</summary>
    public static string Time(TimeSpan time) =>
        time == TimeSpan.Zero ? "0 ms"
        : time.TotalMilliseconds < 1 ? Text($"{time.TotalMicroseconds:0.#} us")
        : time.TotalSeconds < 1 ? Text($"{time.TotalMilliseconds:0.#} ms")
        : time.TotalMinutes < 2 ? Text($"{time.TotalSeconds:0.##} s")
        : time.TotalHours < 2 ? Text($"{time.TotalMinutes:0.#} min")
        : time.TotalDays < 2 ? Text($"{time.TotalHours:0.#} h")
        : Text($"{time.TotalDays:#,0.#} d");

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
