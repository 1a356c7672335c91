namespace RateSync.Fast.Throttling;

/// <summary>How a <see cref="TollWait"/> ended.</summary>
internal enum TollEnd
{
    /// <summary>The bytes are paid for.</summary>
    Paid,

    /// <summary>The bytes are paid for, but the wait was cancelled at the same time.</summary>
    PaidAndCancelled,

    /// <summary>It was cancelled without an exception; nothing was paid.</summary>
    Cancelled,

    /// <summary>Nothing was paid, and an exception says why.</summary>
    Refused,

    /// <summary>It did not begin, as the pipe holds a cancellation that it has yet to show.</summary>
    AskPipe,
}
