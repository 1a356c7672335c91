using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Output;
using RateSync.Fast.Bench.Rows;

namespace RateSync.Fast.Bench.Disassembly;

/// <summary>
/// Shows the machine code that the compiler made of a method once it had been running for a while: this program is run again with the
/// runtime told to write down what it compiles, and warms up all measured loops.
/// </summary>
internal static class DisasmMode
{
    private const string Header = "; Assembly listing for method ";

    public static int Run(Arguments arguments)
    {
        bool child = arguments.TakeFlag("--warm-up");
        string[] rest = arguments.TakeRest();
        if (child)
        {
            using Crew crew = new();
            WarmUp.Run(crew, [.. AllRows.Make([]).SelectMany(static g => g.Contests).SelectMany(static c => c.Contenders)]);
            return 0;
        }

        if (rest.Length != 1)
        {
            throw new UsageException(
                "disasm METHOD: the name of a method (TryTake), of a type and a method (ShardedReservoir:FillLaneAndTake), or of a measured operation (TokenBucketOperation).\n"
                + $"Measured operations: {string.Join(", ", Loops())}.");
        }

        (string type, string method) = Split(rest[0]);
        string file = Path.GetTempFileName();
        try
        {
            Terminal.Progress("warming up with the compiler listening");
            SelfRun.Run(["disasm", "--warm-up"], new Dictionary<string, string> { ["DOTNET_JitStdOutFile"] = file, ["DOTNET_JitDisasm"] = method });
            return Print(file, type, method);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static int Print(string file, string type, string method)
    {
        // A method compiled anew replaces its older code: the last listing is what runs.
        Dictionary<string, List<string>> listings = [];
        List<string>? current = null;
        foreach (string line in File.ReadLines(file))
        {
            if (line.StartsWith(Header, StringComparison.Ordinal))
            {
                current = line.Contains(type, StringComparison.OrdinalIgnoreCase) && line.EndsWith("(Tier1)", StringComparison.Ordinal) ? listings[line] = [] : null;
            }

            current?.Add(line);
        }

        foreach (List<string> listing in listings.Values)
        {
            listing.ForEach(Terminal.WriteLine);
        }

        if (listings.Count == 0)
        {
            Terminal.Error($"No code of the last tier for {(type.Length == 0 ? method : type + ':' + method)}: it may have been inlined everywhere, never called, or be named otherwise. Measured operations: {string.Join(", ", Loops())}.");
            return 1;
        }

        return 0;
    }

    /// <summary>
    /// The runtime's own patterns do not see into generic types, so it is given the method's name and the type is looked for in what it
    /// writes.
    /// </summary>
    private static (string Type, string Method) Split(string name)
    {
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            return (name[..colon], name[(colon + 1)..]);
        }

        // TokenBucketLoop stands for the loop over TokenBucketOperation, and so on.
        string operation = name.EndsWith("Loop", StringComparison.Ordinal) ? name[..^"Loop".Length] : name;
        string? loop = Loops().FirstOrDefault(l => l.StartsWith(operation, StringComparison.OrdinalIgnoreCase));
        return loop is null ? ("", name) : (loop, nameof(Workload.Run));
    }

    private static IEnumerable<string> Loops() => typeof(DisasmMode).Assembly.GetTypes()
        .Where(static t => t.IsValueType && typeof(IOperation).IsAssignableFrom(t))
        .Select(static t => t.Name)
        .Order(StringComparer.Ordinal);
}
