namespace RateSync.Fast.Http.Fields;

/// <summary>A bare item of RFC 9651: a number, or text of whatever kind.</summary>
/// <param name="Number">The number; null for anything else.</param>
/// <param name="Text">The text of a string or token; empty for anything else.</param>
internal readonly record struct StructuredValue(decimal? Number, string Text);
