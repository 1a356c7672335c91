using System.Globalization;
using RateSync.Fast.Bench.Output;

namespace RateSync.Fast.Bench.Throttle;

/// <summary>How exactly throttled bytes keep to their rate on the platform's timers, and what a call costs.</summary>
internal static class ThrottleMode
{
    private const int DefaultSeconds = 10;

    private static readonly (string Name, double Rate, int Call)[] s_rates =
    [
        ("1 MB/s, calls of 4 kB", 1e6, 4096),
        ("1 MB/s, calls of 1 MB", 1e6, 1_000_000),
        ("1 GB/s, calls of 64 kB", 1e9, 65_536),
        ("1 GB/s, calls of 1 MB", 1e9, 1_048_576),
    ];

    public static int Run(Arguments arguments)
    {
        int seconds = arguments.TakeNumber("--seconds", least: 1) ?? DefaultSeconds;
        if (arguments.TakeRest().Length > 0)
        {
            throw new UsageException("throttle takes --seconds N.");
        }

        Terminal.WriteLine(Terminal.Bold(Machine.Describe()));
        Terminal.WriteLine(Terminal.Dim($"Bytes over {seconds} s beside rate x time, after the burst (rate / 30) is used up."));
        Terminal.WriteLine(Terminal.Dim($"  {"",-26}{"stream, writing",22}{"pipe, reading",22}{"processor, stream",20}{"processor, pipe",20}"));
        foreach ((string name, double rate, int call) in s_rates)
        {
            Terminal.Progress(name);
            Deviation stream = RateRun.Stream(rate, call, TimeSpan.FromSeconds(seconds));
            Deviation pipe = RateRun.Pipe(rate, call, TimeSpan.FromSeconds(seconds));
            Terminal.WriteLine(
                $"  {name,-26}{Percent(stream.Relative),22}{Percent(pipe.Relative),22}{Share(stream.Processor),20}{Share(pipe.Processor),20}");
        }

        return 0;
    }

    private static string Percent(double share) => (share * 100).ToString("+0.0000;-0.0000", CultureInfo.InvariantCulture) + " %";

    private static string Share(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " % of a core";
}
