using System.Globalization;

namespace RateSync.Fast.Bench;

/// <summary>What was given on the command line.</summary>
internal sealed class Arguments(IEnumerable<string> words)
{
    private readonly List<string> _words = [.. words];

    public bool TakeFlag(string name) => _words.Remove(name);

    /// <summary>The word after the given one, or null when it is not there.</summary>
    public string? TakeOption(string name)
    {
        int at = _words.IndexOf(name);
        if (at < 0)
        {
            return null;
        }

        if (at + 1 >= _words.Count || _words[at + 1].StartsWith("--", StringComparison.Ordinal))
        {
            throw new UsageException($"{name} needs a value.");
        }

        string value = _words[at + 1];
        _words.RemoveRange(at, 2);
        return value;
    }

    public int? TakeNumber(string name, int least)
    {
        string? text = TakeOption(name);
        if (text is null)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least
            ? number
            : throw new UsageException($"{name} needs a whole number of at least {least}, not '{text}'.");
    }

    /// <summary>All words that nobody has taken. Options among them are errors.</summary>
    public string[] TakeRest()
    {
        if (_words.Find(static w => w.StartsWith("--", StringComparison.Ordinal)) is { } unknown)
        {
            throw new UsageException($"There is no option {unknown} here.");
        }

        string[] rest = [.. _words];
        _words.Clear();
        return rest;
    }

    /// <summary>All words as they are.</summary>
    public string[] TakeAll()
    {
        string[] rest = [.. _words];
        _words.Clear();
        return rest;
    }
}
