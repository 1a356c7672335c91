using RateSync.Fast.Bench.Benchmarks;
using RateSync.Fast.Bench.Compare;
using RateSync.Fast.Bench.Disassembly;
using RateSync.Fast.Bench.Gates;
using RateSync.Fast.Bench.Output;
using RateSync.Fast.Bench.Replay;
using RateSync.Fast.Bench.Report;
using RateSync.Fast.Bench.Throttle;

namespace RateSync.Fast.Bench;

/// <summary>Measures the library against floors and peers. See docs/perf/README.md.</summary>
internal static class Program
{
    private const int Misused = 2;

    private const string Help =
        """
        dotnet run -c Release --project bench [-- MODE]

          headline [P1 P5 ...] [--json FILE]   the table of all goals, or of some; the default
          gate [--update] [--calibrate N]      a short form against bench/gates.json; exit code 1 when something got worse
          replay FILE [--rate R] [--burst B] [--json FILE]
                                               an access log through a KeyedLimiter and through exact arithmetic
          report                               measures all, writes docs/perf/results, plots and the tables in the README files
          compare                              the platform's known failings beside ours
          throttle [--seconds N]               bytes per second through throttled streams and pipes, beside the rate asked for
          bdn [BenchmarkDotNet arguments]      the same operations through BenchmarkDotNet, with its memory diagnoser
          disasm METHOD                        the machine code of a method at its last tier
        """;

    public static int Main(string[] args)
    {
        try
        {
            string mode = args.Length == 0 || args[0].StartsWith('-') ? "headline" : args[0];
            if (args.Contains("--help") || args.Contains("-h") || mode == "help")
            {
                Terminal.WriteLine(Help);
                return 0;
            }

            Arguments arguments = new(args.Length > 0 && args[0] == mode ? args[1..] : args);
            return mode switch
            {
                "headline" => Headline.Run(arguments),
                "gate" => GateRun.Run(arguments),
                "replay" => ReplayMode.Run(arguments),
                "compare" => CompareMode.Run(arguments),
                "throttle" => ThrottleMode.Run(arguments),
                "bdn" => BdnMode.Run(arguments),
                "report" => ReportMode.Run(arguments),
                StartMode.Name => StartMode.Run(),
                "disasm" => DisasmMode.Run(arguments),
                _ => throw new UsageException($"There is no mode '{mode}'.\n\n{Help}"),
            };
        }
        catch (UsageException exception)
        {
            Terminal.Error(exception.Message);
            return Misused;
        }
    }
}
