namespace RateSync.Fast;

/// <summary>How much a key was seen, as far as a sample tells.</summary>
/// <param name="Key">The key as text; bytes as hexadecimal digits.</param>
/// <param name="Count">Estimated number of requests, or of refusals.</param>
/// <param name="Error">
/// By how much <paramref name="Count"/> may be too high because the key took another one's place in the list. The sampling itself adds a
/// random error of about 8 times the square root of the count.
/// </param>
public readonly record struct KeyActivity(string Key, long Count, long Error);
