namespace RateSync.Fast.Configuration;

/// <summary>The words that files have for the values of an enumeration.</summary>
internal static class Words<T>
    where T : struct, Enum
{
    // From the least to the greatest: as unsigned numbers, which GetValues sorts by, negative ones come last.
    private static readonly T[] s_values = FromLeast();

    public static string[] All { get; } = [.. s_values.Select(static value => Words.ToSnake(value.ToString()))];

    /// <summary>The word for a value; for one that is not defined its number.</summary>
    public static string Of(T value) => Words.ToSnake(value.ToString());

    /// <summary>A handful of values, put in order without the code that sorting any type would bring along.</summary>
    private static T[] FromLeast()
    {
        T[] values = Enum.GetValues<T>();
        for (int i = 1; i < values.Length; i++)
        {
            for (int j = i; j > 0 && values[j].CompareTo(values[j - 1]) < 0; j--)
            {
                (values[j - 1], values[j]) = (values[j], values[j - 1]);
            }
        }

        return values;
    }
}
