namespace RateSync.Fast.State;

/// <summary>Permits that count against a limit.</summary>
/// <param name="From">The earliest clock tick at which they can have been granted.</param>
/// <param name="To">The latest one: what counts from then on frees nothing too early.</param>
/// <param name="Units">How many they are, in parts.</param>
/// <param name="PerPermit">Parts of a permit.</param>
internal readonly record struct SpentPermits(long From, long To, long Units, long PerPermit = 1)
{
    /// <summary>How many whole permits they are at the most.</summary>
    public long RoundedUp => ((Units - 1) / PerPermit) + 1;
}
