namespace RateSync.Fast.Configuration;

/// <summary>
/// The words that files have for the values of an enumeration, by number: what <see cref="Words{T}"/> finds out by looking at the type,
/// which at the first use in a process costs more than reading the whole file.
/// </summary>
internal sealed class WordList(int first, string[] all)
{
    /// <summary>No value: the key is not there, or what it says is none of the words.</summary>
    public const int None = int.MinValue;

    public static readonly WordList Algorithms =
        new((int)LimiterAlgorithm.TokenBucket, ["token_bucket", "leaky_bucket", "sliding_window", "sliding_window_counter", "fixed_window"]);

    public static readonly WordList FailurePolicies = new((int)StoreFailurePolicy.Open, ["open", "closed", "local"]);

    public static readonly WordList Strategies =
        new((int)CompositeStrategy.MostRestrictive, ["most_restrictive", "all_must_pass", "any_must_pass"]);

    public static readonly WordList Priorities = new((int)Priority.Low, ["low", "normal", "high", "critical"]);

    /// <summary>From the least value to the greatest.</summary>
    public readonly string[] All = all;

    /// <summary>All words, for messages.</summary>
    public string Allowed => "one of \"" + string.Join("\", \"", All) + "\"";

    /// <summary>The word for a value that has one.</summary>
    public string Of(int value) => All[value - first];

    /// <summary>The value of a word; <see cref="None"/> if it is none of them.</summary>
    public int Parse(string text, bool relaxed)
    {
        for (int i = 0; i < All.Length; i++)
        {
            if (string.Equals(relaxed ? Words.Fold(All[i]) : All[i], relaxed ? Words.Fold(text) : text, StringComparison.Ordinal))
            {
                return first + i;
            }
        }

        return None;
    }
}
