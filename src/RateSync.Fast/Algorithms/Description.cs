namespace RateSync.Fast.Algorithms;

/// <summary>A reservoir's state in the terms that a user asks about.</summary>
/// <param name="Remaining">Permits that could be taken now.</param>
/// <param name="Missing">Permits short of the ones asked for; 0 when they could be had.</param>
/// <param name="RetryTicks">Clock ticks until the permits asked for could be had, if nobody else takes any.</param>
/// <param name="ResetTicks">Clock ticks until nothing counts against the limit any more.</param>
internal readonly record struct Description(long Remaining, long Missing, long RetryTicks, long ResetTicks);
