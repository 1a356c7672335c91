namespace RateSync.Fast.Configuration;

/// <summary>Looks for the name that somebody probably meant.</summary>
internal static class Names
{
    /// <summary>Longer texts are compared by their beginning only: nobody mistypes more than that, and time stays bounded.</summary>
    private const int MaxLength = 64;

    /// <summary>Of more names than these a suggestion is not worth its time.</summary>
    private const int MaxNames = 1000;

    /// <summary>
    /// The known name that is closest, if one is close at all; of several the first. If none is, the only one that has the name as one of
    /// its words, as rate_per_second has rate.
    /// </summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        string? best = null;
        int least = int.MaxValue;
        string folded = Fold(name);
        foreach (string candidate in known.Take(MaxNames))
        {
            int distance = Distance(folded, Fold(candidate));
            if (distance < least)
            {
                (best, least) = (candidate, distance);
            }
        }

        // A third of the letters may be wrong, so that "xyz" is not taken for "api".
        return best is not null && least <= Math.Max(1, Math.Max(name.Length, best.Length) / 3) ? best : OnlyWithWord(folded, known);
    }

    private static string? OnlyWithWord(string word, IEnumerable<string> known)
    {
        string? only = null;
        foreach (string candidate in known.Take(MaxNames))
        {
            if (!Fold(candidate).Split('_', '-', '.', ':').Contains(word, StringComparer.Ordinal))
            {
                continue;
            }

            if (only is not null)
            {
                return null;
            }

            only = candidate;
        }

        return only;
    }

    /// <summary>Names in quotes, the first dozen of them.</summary>
    public static string List(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(12).Select(static name => $"'{name}'")) + (names.Count > 12 ? $" and {names.Count - 12} more" : "");

    /// <summary>
    /// Insertions, deletions, replacements and swaps of neighbours that lead from one text to the other (Damerau-Levenshtein, each
    /// place edited once).
    /// </summary>
    public static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        a = a[..Math.Min(a.Length, MaxLength)];
        b = b[..Math.Min(b.Length, MaxLength)];
        Span<int> before = stackalloc int[MaxLength + 1];
        Span<int> last = stackalloc int[MaxLength + 1];
        Span<int> row = stackalloc int[MaxLength + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            last[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, 1 + Math.Min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            Span<int> free = before;
            before = last;
            last = row;
            row = free;
        }

        return last[b.Length];
    }

    private static string Fold(string name) => name.ToLowerInvariant();
}
