using System.Text;

namespace RateSync.Fast.Configuration;

/// <summary>What must never be in a message.</summary>
internal static class Secrets
{
    public const string Mask = "***";

    private const int MaxShown = 80;

    private static readonly string[] s_secret = ["password", "passwd", "token", "secret", "credential", "apikey", "privatekey"];

    /// <summary>Whether the value of such a key is a secret as a whole.</summary>
    public static bool IsSecret(string key)
    {
        string folded = key.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return s_secret.Any(word => folded.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether a secret may be in what stands in a line after <paramref name="text"/>.</summary>
    public static bool MayFollow(string text) =>
        IsSecret(text) || text.Contains("url", StringComparison.OrdinalIgnoreCase) || text.Contains("://", StringComparison.Ordinal);

    /// <summary>A text in quotes without anything secret, on one line and not too long.</summary>
    public static string Show(string key, string raw)
    {
        if (IsSecret(key))
        {
            return Mask;
        }

        string text = WithoutUser(raw);
        StringBuilder shown = new("\"");
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, MaxShown)))
        {
            shown.Append(char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c);
        }

        return shown.Append(text.Length > MaxShown ? "...\"" : "\"").ToString();
    }

    /// <summary>Addresses without the user and the password in them, and without queries, which have passwords too.</summary>
    public static string WithoutUser(string text)
    {
        // A comma separates the servers of a cluster, and may as well be part of a password: then more is hidden than need be.
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return text.Contains("password", StringComparison.OrdinalIgnoreCase) ? Mask : text;
        }

        int start = scheme + 3;
        int at = text.LastIndexOf('@');
        string shown = at >= start ? string.Concat(text.AsSpan(0, start), Mask, text.AsSpan(at)) : text;
        int query = shown.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? shown : shown[..(query + 1)] + Mask;
    }
}
