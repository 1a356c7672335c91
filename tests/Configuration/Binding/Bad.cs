namespace RateSync.Fast.Tests.Configuration.Binding;

/// <summary>Reads what is wrong and compares all that is said about it.</summary>
internal static class Bad
{
    /// <summary>Problems as they print, from a document called <c>f</c>.</summary>
    public static string[] Toml(string toml, params (string Name, string? Value)[] environment) =>
        Problems(toml, environment).Select(static problem => problem.ToString()).ToArray();

    public static IReadOnlyList<ConfigurationProblem> Problems(string toml, params (string Name, string? Value)[] environment) =>
        Assert.Throws<ConfigurationException>(() => RateSyncConfiguration.Parse(toml, "f", Variables(environment))).Problems;

    public static string[] Values(params (string Key, string? Value)[] values) =>
        Assert.Throws<ConfigurationException>(() => RateSyncConfiguration.FromValues(Pairs(values), static _ => null)).Problems
            .Select(static problem => problem.ToString()).ToArray();

    public static Func<string, string?> Variables(params (string Name, string? Value)[] environment) =>
        name => environment.FirstOrDefault(variable => variable.Name == name).Value;

    public static IEnumerable<KeyValuePair<string, string?>> Pairs(params (string Key, string? Value)[] values) =>
        values.Select(static value => KeyValuePair.Create(value.Key, value.Value));
}
