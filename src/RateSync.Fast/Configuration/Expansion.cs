using System.Text;

namespace RateSync.Fast.Configuration;

/// <summary>
/// Variables in text: <c>${NAME}</c>, <c>${NAME:-default}</c> (taken if the variable is not set or empty; may have variables in it),
/// <c>$NAME</c>, and <c>$$</c> for a dollar sign. A dollar sign before anything else is itself.
/// </summary>
internal static class Expansion
{
    /// <summary>Defaults within defaults.</summary>
    private const int MaxDepth = 8;

    private const string Escape = " (write '$$' for a dollar sign)";
    private const string Syntax = "${NAME} or ${NAME:-default}";

    /// <summary>Replaces the variables of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="environment">The value of a variable; null if it is not set.</param>
    /// <param name="failures">
    /// All that is wrong: each as a sentence without the end, and what would have been right. Null if nothing is.
    /// </param>
    public static string Expand(string text, Func<string, string?> environment, out List<(string Error, string Expected)>? failures)
    {
        failures = null;
        if (!text.Contains('$', StringComparison.Ordinal))
        {
            return text;
        }

        StringBuilder result = new();
        Append(result, text, environment, MaxDepth, ref failures);
        return failures is null ? result.ToString() : text;
    }

    private static void Append(
        StringBuilder result,
        ReadOnlySpan<char> text,
        Func<string, string?> environment,
        int depth,
        ref List<(string Error, string Expected)>? failures)
    {
        while (true)
        {
            int dollar = text.IndexOf('$');
            if (dollar < 0)
            {
                result.Append(text);
                return;
            }

            result.Append(text[..dollar]);
            text = text[(dollar + 1)..];
            if (text.Length > 0 && text[0] == '$')
            {
                result.Append('$');
                text = text[1..];
            }
            else if (text.Length > 0 && text[0] == '{')
            {
                int end = Closing(text);
                if (end < 0)
                {
                    Fail(ref failures, "'${' without its '}'" + Escape, Syntax);
                    return;
                }

                AppendBraces(result, text[1..end], environment, depth, ref failures);
                text = text[(end + 1)..];
            }
            else if (NameLength(text) is > 0 and int length)
            {
                string name = text[..length].ToString();
                string? value = environment(name);
                if (value is null)
                {
                    Fail(ref failures, Missing(name) + Escape, Wanted(name));
                }

                result.Append(value);
                text = text[length..];
            }
            else
            {
                result.Append('$');
            }
        }
    }

    private static void AppendBraces(
        StringBuilder result,
        ReadOnlySpan<char> inside,
        Func<string, string?> environment,
        int depth,
        ref List<(string Error, string Expected)>? failures)
    {
        int length = NameLength(inside);
        ReadOnlySpan<char> rest = inside[length..];
        bool hasDefault = rest.StartsWith(":-");
        if (length == 0 || (rest.Length > 0 && !hasDefault) || depth == 0)
        {
            Fail(
                ref failures,
                depth == 0 ? "defaults within defaults go too deep" : "'${' is not followed by a name, or the name not by '}' or ':-'" + Escape,
                depth == 0 ? "fewer of them" : Syntax);
            return;
        }

        string name = inside[..length].ToString();
        string? value = environment(name);
        if (hasDefault && string.IsNullOrEmpty(value))
        {
            Append(result, rest[2..], environment, depth - 1, ref failures);
        }
        else if (value is null)
        {
            Fail(ref failures, Missing(name) + " and has no default", $"{Wanted(name)}, or ${{{name}:-default}}");
        }
        else
        {
            result.Append(value);
        }
    }

    /// <summary>Once for each: a variable may come twice.</summary>
    private static void Fail(ref List<(string Error, string Expected)>? failures, string error, string expected)
    {
        failures ??= [];
        if (!failures.Contains((error, expected)))
        {
            failures.Add((error, expected));
        }
    }

    private static string Missing(string name) => $"the environment variable '{name}' is not set";

    private static string Wanted(string name) => $"the environment variable '{name}'";

    /// <summary>Where the brace at the start is closed.</summary>
    private static int Closing(ReadOnlySpan<char> text)
    {
        int open = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '{' && (i == 0 || text[i - 1] == '$'))
            {
                open++;
            }
            else if (text[i] == '}' && --open == 0)
            {
                return i;
            }
        }

        return -1;
    }

    private static int NameLength(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length
            && (char.IsAsciiLetter(text[length]) || text[length] == '_' || (length > 0 && char.IsAsciiDigit(text[length]))))
        {
            length++;
        }

        return length;
    }
}
