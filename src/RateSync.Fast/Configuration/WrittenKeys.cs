namespace RateSync.Fast.Configuration;

/// <summary>
/// Keys as they stand in settings, where parts have colons between them and may be written in many ways: messages name what somebody can
/// search for.
/// </summary>
internal sealed class WrittenKeys(IReadOnlyCollection<string> paths)
{
    /// <summary>The key of a problem as it is written; of one that is missing, as it would be.</summary>
    /// <param name="key">With dots between its parts, as files have it.</param>
    public string Of(string key)
    {
        if (Find(Fold(key)) is { } written)
        {
            return written;
        }

        int dot = key.LastIndexOf('.');
        return dot < 0 ? Words.ToPascal(key) : $"{Of(key[..dot])}:{Words.ToPascal(key[(dot + 1)..])}";
    }

    private string? Find(string folded)
    {
        foreach (string path in paths)
        {
            int end;
            int from = 0;
            do
            {
                end = path.IndexOf(':', from);
                from = end + 1;
                string part = end < 0 ? path : path[..end];
                if (string.Equals(Fold(part), folded, StringComparison.Ordinal))
                {
                    return part;
                }
            }
            while (end >= 0);
        }

        return null;
    }

    private static string Fold(string key) => key
        .Replace("_", "", StringComparison.Ordinal)
        .Replace("\"", "", StringComparison.Ordinal)
        .Replace('.', ':')
        .ToUpperInvariant();
}
