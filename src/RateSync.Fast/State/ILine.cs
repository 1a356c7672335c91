namespace RateSync.Fast.State;

/// <summary>A waiting line, as those who wait in it see it.</summary>
internal interface ILine
{
    /// <summary>Takes a waiter out; false when it has been granted, or has left, already.</summary>
    bool Leave(WaitNode node, LeaveReason reason);

    /// <summary>The time that <see cref="IWakeUp.At"/> asked for has come.</summary>
    void WakeUp();
}
