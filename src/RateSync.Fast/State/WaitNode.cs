namespace RateSync.Fast.State;

/// <summary>A waiter as the lines see it.</summary>
internal abstract class WaitNode
{
    /// <summary>See <see cref="WaitState"/>.</summary>
    public long State;

    /// <summary>Permits asked for.</summary>
    public long Permits;

    /// <summary>Permits that the waiter already had when it joined the line; given back if it leaves.</summary>
    public long InHand;

    /// <summary>Cells that the waiter sits in.</summary>
    public int Seats;

    /// <summary>Where the waiter sits: its first cell's segment and index.</summary>
    public CellSegment? Segment;

    public long Index;

    /// <summary>A server may still look at the node after its wait has ended: it must not be used again.</summary>
    public bool IsSeenByServer;

    /// <summary>Told once, by whoever granted it, and on that thread: must return at once and must not run user code.</summary>
    /// <param name="stamp">Where the reservoir booked the grant.</param>
    public abstract void OnGranted(long stamp);

    /// <summary>Told once, by whoever took it out of the line: must return at once and must not run user code.</summary>
    public abstract void OnLeft(LeaveReason reason);
}
