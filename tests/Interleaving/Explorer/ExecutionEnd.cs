namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>How an execution ended.</summary>
internal enum ExecutionEnd
{
    /// <summary>All threads are done.</summary>
    Completed,

    /// <summary>Whatever could have followed has been explored elsewhere.</summary>
    Pruned,

    /// <summary>A check failed.</summary>
    Failed,

    /// <summary>Objects moved meanwhile; it has to be repeated.</summary>
    Spoiled,
}
