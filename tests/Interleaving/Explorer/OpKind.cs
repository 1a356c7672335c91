namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>What a transition does.</summary>
internal enum OpKind : byte
{
    None,

    /// <summary>A thread begins; touches nothing.</summary>
    Start,
    Load,
    LoadAcquire,
    Store,
    StoreRelease,
    CompareExchange,
    Exchange,
    Add,
    Fence,

    /// <summary>The call of a fence on all threads: from here on each thread has to be seen with an empty buffer once.</summary>
    FenceAllThreads,

    /// <summary>The return of a fence on all threads.</summary>
    FenceAllEnd,

    /// <summary>The oldest store of a buffer reaches memory.</summary>
    Commit,

    /// <summary>A blocked thread goes on.</summary>
    Await,

    /// <summary>A free choice, each alternative of which is explored.</summary>
    Choose,

    /// <summary>A step on state that only the check knows.</summary>
    Ghost,
    ClockRead,
    ClockAdvance,

    /// <summary>Marks the call and return of an operation that touches nothing.</summary>
    Note,
}
