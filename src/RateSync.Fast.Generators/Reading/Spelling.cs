namespace RateSync.Fast.Generators.Reading;

/// <summary>Guesses what was meant.</summary>
internal static class Spelling
{
    /// <summary>The candidate that takes the fewest edits, if they are so few that it may have been meant.</summary>
    public static string? Nearest(string written, IEnumerable<string> candidates)
    {
        string? best = null;
        int least = Math.Max(1, written.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            int edits = Edits(written.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (edits < least)
            {
                (best, least) = (candidate, edits);
            }
        }

        return best;
    }

    /// <summary>
    /// Levenshtein's distance (V. I. Levenshtein, "Binary codes capable of correcting deletions, insertions and reversals", 1966).
    /// </summary>
    private static int Edits(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int above = row[j];
                int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }

        return row[to.Length];
    }
}
