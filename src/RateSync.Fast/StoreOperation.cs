using RateSync.Fast.Stores;

namespace RateSync.Fast;

/// <summary>One atomic step on one key of a store.</summary>
public abstract record StoreOperation
{
    private protected StoreOperation()
    {
    }

    /// <summary>What is limited, counted or locked. Each <see cref="StoreKeyspace"/> has keys of its own.</summary>
    public required string Key { get; init; }

    /// <summary>The kind of key that this is about.</summary>
    public abstract StoreKeyspace Keyspace { get; }

    /// <summary>
    /// Who asks: a name that no other client of the store has, and that a process does not use again after a restart. Empty only for reads, and for
    /// operations whose <see cref="Sequence"/> is 0 and that keep nothing in the client's name.
    /// </summary>
    /// <value>Empty by default.</value>
    public string Client { get; init; } = "";

    /// <summary>
    /// The number of this operation among those of the client on this key: each new one has a higher number than all before, and a retry has that of
    /// the first attempt. A client has one operation on a key under way at a time. 0: not told apart from a new operation when sent again.
    /// </summary>
    /// <value>0 by default.</value>
    public long Sequence { get; init; }

    /// <summary>Throws if the operation makes no sense, whatever the state of the store.</summary>
    /// <exception cref="ArgumentException">It says which member is wrong.</exception>
    public void Validate()
    {
        StoreArguments.Check(!string.IsNullOrEmpty(Key), "A key is needed.", nameof(Key));
        StoreArguments.CheckGiven(Client, nameof(Client));
        StoreArguments.CheckLeast(Sequence, 0, nameof(Sequence));
        StoreArguments.Check(
            Client.Length > 0 || (Sequence == 0 && !NeedsClient), $"This operation on '{Key}' needs the name of its client.", nameof(Client));

        ValidateMore();
    }

    private protected virtual bool NeedsClient => false;

    private protected abstract void ValidateMore();
}
