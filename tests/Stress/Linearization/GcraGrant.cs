namespace RateSync.Fast.Tests.Stress.Linearization;

/// <summary>
/// A grant of a bucket that runs on one word. The word is the time at which the bucket is full again, and every grant moves it from
/// <paramref name="Before"/> to <paramref name="After"/>: no two grants may have moved it over the same stretch.
/// </summary>
/// <param name="Start">Clock tick before the call.</param>
/// <param name="End">Clock tick after it.</param>
/// <param name="Now">The tick that the decision was made with, in units.</param>
/// <param name="Before">Where the word was, or the present if that is later.</param>
/// <param name="After">Where it was moved to.</param>
internal readonly record struct GcraGrant(long Start, long End, long Now, long Before, long After);
