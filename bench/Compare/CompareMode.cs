using RateSync.Fast.Bench.Output;

namespace RateSync.Fast.Bench.Compare;

/// <summary>Known failings of the platform's limiters beside ours.</summary>
internal static class CompareMode
{
    private const int WhatWidth = 52;
    private const int PlatformWidth = 34;

    public static int Run(Arguments arguments)
    {
        if (arguments.TakeRest().Length > 0)
        {
            throw new UsageException("compare takes no arguments.");
        }

        Terminal.WriteLine(Terminal.Bold(Machine.Describe()));
        foreach (Comparison comparison in AllComparisons.Items)
        {
            Terminal.WriteLine();
            Terminal.WriteLine(Terminal.Bold(comparison.Title));
            Terminal.WriteLine(Terminal.Dim(comparison.Explanation));
            Terminal.WriteLine(Terminal.Dim($"  {"",-WhatWidth}{"platform",-PlatformWidth}ours"));
            Terminal.Progress(comparison.Title);
            foreach (Finding finding in comparison.Measure())
            {
                Terminal.WriteLine($"  {finding.What,-WhatWidth}{finding.Platform,-PlatformWidth}{finding.Ours}");
            }
        }

        return 0;
    }
}
