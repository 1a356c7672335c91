namespace RateSync.Fast.State;

/// <summary>
/// The word of a <see cref="WaitNode"/>. Nodes are used again, so the upper 30 bits count the uses: a step that was meant for
/// an earlier use fails. The lower 34 bits say how the wait stands.
/// </summary>
internal static class WaitState
{
    /// <summary>All permits are there; final.</summary>
    public const long Granted = 0;

    /// <summary>Most permits that one node can wait for.</summary>
    public const long MaxPermits = 1L << 32;

    private const int EpochShift = 34;
    private const long PayloadMask = (1L << EpochShift) - 1;
    private const long LeftBase = 2L << 32;
    private const long ClaimedBase = 3L << 32;

    public static long Payload(long state) => state & PayloadMask;

    public static long With(long state, long payload) => (state & ~PayloadMask) | payload;

    /// <summary>The state of the next use, waiting for so many permits.</summary>
    public static long NextUse(long state, long permits) => ((state & ~PayloadMask) + (1L << EpochShift)) | permits;

    public static bool SameUse(long a, long b) => a >> EpochShift == b >> EpochShift;

    public static bool IsWaiting(long state) => Payload(state) is >= 1 and <= MaxPermits;

    public static bool IsGranted(long state) => Payload(state) == Granted;

    /// <summary>Whoever serves the line is about to grant; the waiter may still say that it wants to leave.</summary>
    public static bool IsClaimed(long state) => Payload(state) >= ClaimedBase;

    public static bool HasLeft(long state) => Payload(state) is >= LeftBase and < ClaimedBase;

    public static long Left(long state, LeaveReason reason) => With(state, LeftBase + (long)reason);

    public static long Claimed(long state, LeaveReason leaving = LeaveReason.None) => With(state, ClaimedBase + (long)leaving);

    /// <summary>Why the waiter left, or wants to.</summary>
    public static LeaveReason Reason(long state) => (LeaveReason)(int)(state & 7);
}
