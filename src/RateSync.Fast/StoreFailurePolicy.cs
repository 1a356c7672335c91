namespace RateSync.Fast;

/// <summary>What a limiter does while the store that it shares with other processes cannot be reached.</summary>
public enum StoreFailurePolicy
{
    /// <summary>Grants everything: nobody is turned away because of a store. In a file: <c>open</c>.</summary>
    Open = 0,

    /// <summary>Refuses everything: no permit is granted that the store has not booked. In a file: <c>closed</c>.</summary>
    Closed = 1,

    /// <summary>Goes on limiting with this process's fair share of the limit. In a file: <c>local</c>.</summary>
    Local = 2,
}
