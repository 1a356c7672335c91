namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>What of a transition other transitions may depend on.</summary>
[Flags]
internal enum Effects : ushort
{
    None = 0,

    /// <summary>Reads its location.</summary>
    Read = 1,

    /// <summary>Changes its location in memory.</summary>
    Write = 2,

    /// <summary>The first transition of a recorded operation.</summary>
    Call = 4,

    /// <summary>The last transition of a recorded operation.</summary>
    Return = 8,

    /// <summary>Puts a store into the thread's own buffer.</summary>
    Enqueue = 16,

    /// <summary>Takes a store out of a buffer.</summary>
    Commit = 32,

    /// <summary>Begins a fence on all threads.</summary>
    FenceAll = 64,

    /// <summary>When it happened, a fence on all threads was waiting for the buffer of this thread.</summary>
    FencePending = 128,

    /// <summary>Depends on all of memory.</summary>
    Await = 256,

    /// <summary>Reads or changes its location.</summary>
    Access = Read | Write,

    /// <summary>Changes a buffer.</summary>
    Buffer = Enqueue | Commit,
}
