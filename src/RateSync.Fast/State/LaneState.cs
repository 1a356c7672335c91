namespace RateSync.Fast.State;

/// <summary>
/// The values of <see cref="Lane.Limit"/>. Not negative: the lane is open and charged, and the owner may take while
/// <see cref="Lane.Used"/> does not go beyond it. Negative: closed, so that the owner's comparison fails by itself.
/// </summary>
/// <remarks>
/// Closed values carry a mark, up to which the owner's takes count as done:
/// <list type="bullet">
/// <item>idle: empty and not charged;</item>
/// <item>revoked: still charged; the mark is the old limit. Whoever then knows <see cref="Lane.Used"/> for certain, a thief after a fence
/// on all threads, or the owner, closes it for good at min(used, mark) and has the rest;</item>
/// <item>filling: the owner is at the reservoir for a new chunk; hands off.</item>
/// </list>
/// </remarks>
internal static class LaneState
{
    private const long IdleTag = 0;
    private const long RevokedTag = 1;
    private const long FillingTag = 2;

    public static long Idle(long mark) => ~((mark << 2) | IdleTag);

    public static long Revoked(long limit) => ~((limit << 2) | RevokedTag);

    public static long Filling(long mark) => ~((mark << 2) | FillingTag);

    public static bool IsOpen(long limit) => limit >= 0;

    public static bool IsIdle(long limit) => limit < 0 && (~limit & 3) == IdleTag;

    public static bool IsRevoked(long limit) => limit < 0 && (~limit & 3) == RevokedTag;

    public static long Mark(long limit) => ~limit >> 2;
}
