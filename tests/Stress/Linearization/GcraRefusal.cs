namespace RateSync.Fast.Tests.Stress.Linearization;

/// <summary>A refusal, with the word that it was decided on.</summary>
/// <param name="Start">Clock tick before the call.</param>
/// <param name="End">Clock tick after it.</param>
/// <param name="Now">The tick that the decision was made with, in units.</param>
/// <param name="Word">Where the word was.</param>
/// <param name="Wanted">Units that the permits asked for cost.</param>
internal readonly record struct GcraRefusal(long Start, long End, long Now, long Word, long Wanted);
