using System.Diagnostics.CodeAnalysis;
using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Configuration;

/// <summary>Where a configuration comes from and what is known besides it; collects what is wrong.</summary>
internal sealed class ConfigSource
{
    /// <summary>Nobody reads more, and a hostile file must not make a gigabyte of messages.</summary>
    public const int MaxProblems = 100;

    private readonly List<ConfigurationProblem> _problems = [];
    private readonly List<ConfigurationProblem> _notes = [];
    private int _dropped;

    public string? File { get; init; }

    /// <summary>Whether keys may be written without underscores and in any case.</summary>
    public bool IsRelaxed => Written is not null;

    /// <summary>Of settings: how their keys are written. Null for files and code.</summary>
    public WrittenKeys? Written { get; init; }

    /// <summary>Stores that are there already.</summary>
    public IReadOnlyCollection<string> KnownStores { get; init; } = [];

    /// <summary>Limiters that are there already.</summary>
    public IReadOnlyCollection<string> KnownLimiters { get; init; } = [];

    public IReadOnlyList<ConfigurationProblem> Notes => _notes.Count == 0 ? _notes : InOrder(_notes);

    public bool HasProblems => _problems.Count > 0;

    /// <summary>Whether suggestions are still worth their time.</summary>
    public bool IsFull => _problems.Count >= MaxProblems;

    /// <summary>The path of a key within a table.</summary>
    public static string Path(string table, string key)
    {
        string name = IsBare(key) ? key : Secrets.Show("", key);
        return table.Length == 0 ? name : table + "." + name;
    }

    private static bool IsBare(string key)
    {
        foreach (char c in key)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-'))
            {
                return false;
            }
        }

        return key.Length > 0;
    }

    /// <summary>Reports that something else was expected.</summary>
    public void Expected(string key, TomlPosition position, string expected, string found, string hint = "") =>
        Report(key, position, expected, found, $"expected {expected}, found {found}.{hint}");

    /// <summary>Reports a problem in words of its own; the key goes before them.</summary>
    public void Report(string key, TomlPosition position, string expected, string found, string message) =>
        Add(AsWritten(key), position, expected, found, key.Length == 0 ? message : $"{AsWritten(key)}: {message}");

    public void Note(string key, TomlPosition position, string message)
    {
        if (_notes.Count < MaxProblems)
        {
            _notes.Add(Make(AsWritten(key), position, "", "", $"{AsWritten(key)}: {message}"));
        }
    }

    /// <exception cref="ConfigurationException">Anything was reported.</exception>
    public void ThrowIfProblems()
    {
        if (_problems.Count > 0)
        {
            Throw();
        }
    }

    [DoesNotReturn]
    private void Throw()
    {
        List<ConfigurationProblem> problems = InOrder(_problems);
        if (_dropped > 0)
        {
            problems.Add(new ConfigurationProblem { File = File, Message = $"{_dropped} more problems are not listed." });
        }

        throw new ConfigurationException(problems);
    }

    /// <summary>A path as it stands where the configuration comes from.</summary>
    public string AsWritten(string key) => Written is null || key.Length == 0 ? key : Written.Of(key);

    private static List<ConfigurationProblem> InOrder(List<ConfigurationProblem> problems) =>
        [.. problems.OrderBy(static problem => problem.Line).ThenBy(static problem => problem.Column)];

    private void Add(string key, TomlPosition position, string expected, string found, string message)
    {
        if (IsFull)
        {
            _dropped++;
            return;
        }

        _problems.Add(Make(key, position, expected, found, message));
    }

    private ConfigurationProblem Make(string key, TomlPosition position, string expected, string found, string message) => new()
    {
        File = File,
        Line = position.Line,
        Column = position.Column,
        Key = key,
        Expected = expected,
        Found = found,
        Message = message,
    };
}
