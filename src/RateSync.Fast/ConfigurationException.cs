namespace RateSync.Fast;

/// <summary>A configuration cannot be used; nothing of it was applied. All that is wrong with it is listed.</summary>
public class ConfigurationException : RateSyncException
{
    /// <inheritdoc/>
    public ConfigurationException()
    {
    }

    /// <inheritdoc/>
    public ConfigurationException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public ConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>For everything that was found at once.</summary>
    /// <param name="problems">What is wrong, in the order of the file.</param>
    /// <exception cref="ArgumentNullException"><paramref name="problems"/> is null.</exception>
    public ConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
        : base(Describe(problems)) =>
        Problems = problems;

    /// <summary>For everything that was found at once, and what caused it.</summary>
    /// <param name="problems">What is wrong, in the order of the file.</param>
    /// <param name="innerException">For instance why a file could not be read.</param>
    /// <exception cref="ArgumentNullException"><paramref name="problems"/> is null.</exception>
    public ConfigurationException(IReadOnlyList<ConfigurationProblem> problems, Exception innerException)
        : base(Describe(problems), innerException) =>
        Problems = problems;

    /// <summary>What is wrong.</summary>
    /// <value>In the order of the file; empty only if the exception was made from a message alone.</value>
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = [];

    private static string Describe(IReadOnlyList<ConfigurationProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        return problems.Count switch
        {
            0 => "The configuration cannot be used.",
            1 => problems[0].ToString(),
            _ => $"The configuration has {problems.Count} problems:{Environment.NewLine}" + string.Join(Environment.NewLine, problems),
        };
    }
}
