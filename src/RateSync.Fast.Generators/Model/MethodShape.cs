namespace RateSync.Fast.Generators.Model;

/// <summary>How a method gives its result, which decides how a permit is taken and how long it is held.</summary>
internal enum MethodShape
{
    /// <summary>Synchronous, without a result.</summary>
    Void,

    /// <summary>Synchronous, with one.</summary>
    Value,

    /// <summary>A task of either kind, without a result.</summary>
    Awaited,

    /// <summary>A task of either kind, with one.</summary>
    AwaitedValue,

    /// <summary>An asynchronous sequence.</summary>
    Sequence,
}
