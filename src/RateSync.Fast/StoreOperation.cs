using RateSync.Fast.Stores;

namespace RateSync.Fast;

/// <summary>One atomic step on one key of a store.</summary>
public abstract record StoreOperation
{
    /// <summary>
    /// The largest number that an operation, a limit or a floor can carry, 2^53 - 1: what a double, and so a script or JSON, still
    /// keeps exactly.
    /// </summary>
    public const long MaxNumber = (1L << 53) - 1;

    /// <summary>The longest name of a client, in UTF-8 bytes.</summary>
    public const int MaxClientBytes = 256;

    private protected StoreOperation()
    {
    }

    /// <summary>What is limited, counted or locked. Each <see cref="StoreKeyspace"/> has keys of its own.</summary>
    public required string Key { get; init; }

    /// <summary>The kind of key that this is about.</summary>
    public abstract StoreKeyspace Keyspace { get; }

    /// <summary>
    /// Who asks: a name that no other client of the store has, and that a process does not use again after a restart. Empty only for
    /// reads, and for
    /// operations whose <see cref="Sequence"/> is 0 and that keep nothing in the client's name. At most <see cref="MaxClientBytes"/>.
    /// </summary>
    /// <value>Empty by default.</value>
    public string Client { get; init; } = "";

    /// <summary>
    /// The number of this operation among those of the client on this key: each new one has a higher number than all before, and a
    /// retry has that of
    /// the first attempt. A client has one operation on a key under way at a time. 0: not told apart from a new operation when sent
    /// again; not
    /// possible for operations that keep or give back something in the client's name, as one that comes late would undo a newer one.
    /// </summary>
    /// <value>0 by default.</value>
    public long Sequence { get; init; }

    /// <summary>Throws if the operation makes no sense, whatever the state of the store.</summary>
    /// <exception cref="ArgumentException">It says which member is wrong.</exception>
    public void Validate()
    {
        StoreArguments.Check(!string.IsNullOrEmpty(Key), "A key is needed.", nameof(Key));
        StoreArguments.CheckGiven(Client, nameof(Client));
        StoreArguments.CheckText(Key, nameof(Key));
        StoreArguments.CheckText(Client, nameof(Client));
        StoreArguments.CheckMost(Utf8.Strict.GetByteCount(Client), MaxClientBytes, nameof(Client));
        StoreArguments.CheckNumber(Sequence, 0, nameof(Sequence));
        StoreArguments.Check(
            Client.Length > 0 || (Sequence == 0 && !NeedsClient), $"This operation on '{Key}' needs the name of its client.", nameof(Client));
        StoreArguments.Check(
            Sequence > 0 || !NeedsClient,
            $"This operation on '{Key}' keeps something for its client, and needs a number to be told from a late one.",
            nameof(Sequence));

        ValidateMore();
    }

    /// <summary>What every engine checks before the first effect of a batch.</summary>
    /// <exception cref="ArgumentException">An operation is not valid, or there are too many, or there is no room for the
    /// results.</exception>
    public static void ValidateBatch(
        ReadOnlyMemory<StoreOperation> operations, Memory<StoreResult> results, StoreCapabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(operations.Length, capabilities.MaxBatch, nameof(operations));
        ArgumentOutOfRangeException.ThrowIfLessThan(results.Length, operations.Length, nameof(results));
        foreach (StoreOperation operation in operations.Span)
        {
            ArgumentNullException.ThrowIfNull(operation, nameof(operations));
            operation.Validate();
            StoreArguments.Check(
                Utf8.Strict.GetByteCount(operation.Key) <= capabilities.MaxKeyBytes,
                $"A key can have {capabilities.MaxKeyBytes} bytes at the most.", nameof(operations));
        }
    }

    private protected virtual bool NeedsClient => false;

    private protected abstract void ValidateMore();
}
