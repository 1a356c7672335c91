namespace RateSync.Fast.Waiting;

/// <summary>Something that wants to be called at a time, by an <see cref="AlarmClock"/>.</summary>
internal abstract class Alarm
{
    /// <summary>Where it is in its clock's heap; negative when it is not. The clock's.</summary>
    public int HeapIndex = -1;

    /// <summary>Clock tick at which it is to ring. The clock's.</summary>
    public long At;

    /// <summary>Of two that are due: those with the lower number ring first.</summary>
    public abstract int Order { get; }

    /// <summary>It is time; or was, and has been seen to meanwhile: then it does nothing.</summary>
    public abstract void Ring();
}
