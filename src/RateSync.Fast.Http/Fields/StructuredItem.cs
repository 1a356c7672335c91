namespace RateSync.Fast.Http.Fields;

/// <summary>A member of a list or dictionary of RFC 9651 with its parameters.</summary>
/// <param name="Value">The value; of an inner list nothing.</param>
/// <param name="Parameters">The parameters by name.</param>
internal sealed record StructuredItem(StructuredValue Value, IReadOnlyDictionary<string, StructuredValue> Parameters)
{
    /// <summary>A parameter that is a number of 0 or more.</summary>
    public decimal? Number(string parameter) =>
        Parameters.TryGetValue(parameter, out StructuredValue value) && value.Number >= 0 ? value.Number : null;
}
