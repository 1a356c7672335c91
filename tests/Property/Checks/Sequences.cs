using Xunit.Sdk;

namespace RateSync.Fast.Tests.Property.Checks;

/// <summary>
/// Random sequences of calls, seeded. When one fails, shorter ones of the same seed and the seeds nearby are tried, and the shortest that
/// fails is shown with what it did.
/// </summary>
internal static class Sequences
{
    /// <param name="count">How many.</param>
    /// <param name="steps">The longest of them.</param>
    /// <param name="run">Makes a limiter and so many calls, and writes them down.</param>
    public static void Run(int count, int steps, Action<Random, int, List<string>> run)
    {
        for (int seed = 0; seed < count; seed++)
        {
            if (Fails(run, seed, steps) is not { } failure)
            {
                continue;
            }

            // The calls of a shorter run are the first ones of the longer, so the failing call is the last one written down.
            for (int other = seed + 1; other < seed + 100 && failure.Log.Count > 6; other++)
            {
                if (Fails(run, other, failure.Log.Count - 2) is { } shorter && shorter.Log.Count < failure.Log.Count)
                {
                    failure = shorter;
                }
            }

            string tail = string.Join('\n', failure.Log.TakeLast(60));
            throw new XunitException(
                $"{failure.Cause.Message}\nSeed {failure.Seed}, last of {failure.Log.Count} lines:\n{tail}", failure.Cause);
        }
    }

    /// <summary>Whether some sequence fails: what a mutant must do.</summary>
    public static bool Catches(int count, int steps, Action<Random, int, List<string>> run) =>
        Enumerable.Range(0, count).Any(seed => Fails(run, seed, steps) is not null);

    private static Failure? Fails(Action<Random, int, List<string>> run, int seed, int steps)
    {
        List<string> log = [];
        try
        {
            run(new Random(seed), steps, log);
            return null;
        }
        catch (XunitException cause)
        {
            return new Failure(seed, log, cause);
        }
    }

    private sealed record Failure(int Seed, List<string> Log, XunitException Cause);
}
