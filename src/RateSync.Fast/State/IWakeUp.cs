namespace RateSync.Fast.State;

/// <summary>The one timer of a limiter, as its line sees it.</summary>
internal interface IWakeUp
{
    /// <summary>Asks to be served at that clock tick or soon after it, and forgets any earlier request.</summary>
    void At(long tick);

    /// <summary>Nobody waits: no need to wake up.</summary>
    void Never();
}
