using System.Globalization;
using System.Runtime.InteropServices;

namespace RateSync.Fast.Bench;

/// <summary>Where figures come from.</summary>
internal static class Machine
{
    private static readonly string s_processor = FindProcessor();

    public static string Processor => s_processor;

    public static string Runtime => RuntimeInformation.FrameworkDescription;

    public static string OperatingSystem => $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}";

    /// <summary>Safe in a file's name.</summary>
    public static string Slug
    {
        get
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{s_processor} {Environment.ProcessorCount} cores").ToLowerInvariant();
            return string.Join('-', new string([.. name.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : ' ')])
                .Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    public static string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{s_processor}, {Environment.ProcessorCount} cores; {Runtime}; {RuntimeInformation.OSDescription}");

    private static string FindProcessor()
    {
        try
        {
            if (File.Exists("/proc/cpuinfo"))
            {
                string? line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(static l => l.StartsWith("model name", StringComparison.Ordinal));
                if (line is not null)
                {
                    return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
                }
            }
        }
        catch (IOException)
        {
            // A processor without a name is still a processor.
        }

        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
