using RateSync.Fast.Stores;

namespace RateSync.Fast;

/// <summary>
/// The state of one key, and what operations do to it: arithmetic alone, without clock, thread or network. An engine that keeps a value
/// for each key and writes it with compare-and-swap needs nothing else: decode, apply, encode, write if nobody else has, or begin again.
/// </summary>
/// <remarks>
/// <para><b>Bytes.</b> The format begins with its version and is compact: tens of bytes for a key, about as many for each client that
/// is remembered. The
/// same state always comes to the same bytes. Later versions of this library read what earlier ones wrote; a version from the future is
/// refused.</para>
/// <para><b>Time.</b> Whoever applies an operation says what time it is: nanoseconds from an origin that all users of a store share, never
/// negative. The state does not go back: an earlier time counts as the latest that it has seen.</para>
/// <para>For one thread at a time. An object to which operations were applied whose bytes were not written is to be thrown away.</para>
/// </remarks>
public sealed class StoredKey
{
    private const byte FormatVersion = 1;

    private readonly StoreEntry _entry;

    private StoredKey(StoreKeyspace keyspace, StoreEntry entry)
    {
        Keyspace = keyspace;
        _entry = entry;
    }

    /// <summary>The kind of key.</summary>
    public StoreKeyspace Keyspace { get; }

    /// <summary>
    /// A time from which the key is as good as new if nobody asks for it again: it may be forgotten then, and not before.
    /// <see cref="ReadOperation"/>s do not count as asking.
    /// </summary>
    public long IdleAt => _entry.IdleAt();

    /// <summary>Reads a state.</summary>
    /// <param name="keyspace">The kind of key.</param>
    /// <param name="bytes">What <see cref="Encode"/> returned; empty for a key that the store does not have.</param>
    /// <param name="retryHorizon">The store's <see cref="StoreCapabilities.RetryHorizon"/>.</param>
    /// <exception cref="InvalidDataException">These are not the bytes of such a key, or a newer version of this library wrote
    /// them.</exception>
    public static StoredKey Decode(StoreKeyspace keyspace, ReadOnlySpan<byte> bytes, TimeSpan retryHorizon)
    {
        StoreArguments.Check(Enum.IsDefined(keyspace), $"There is no keyspace {keyspace}.", nameof(keyspace));
        ArgumentOutOfRangeException.ThrowIfLessThan(retryHorizon, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(retryHorizon, StoreArguments.Longest);
        StoreEntry entry = StoreEntry.Create(keyspace, new StoreRules(StoreSpan.After(0, retryHorizon)));
        if (!bytes.IsEmpty)
        {
            StateReader reader = new(bytes);
            byte version = reader.Byte();
            if (version != FormatVersion)
            {
                StateReader.Fail($"their format is {version}, and {FormatVersion} is the one that is known here");
            }

            if (reader.Byte() != (byte)keyspace)
            {
                StateReader.Fail($"this is not a {keyspace}");
            }

            entry.Read(ref reader, keyspace);
            reader.End();
        }

        return new StoredKey(keyspace, entry);
    }

    /// <summary>Carries out an operation, or looks.</summary>
    /// <param name="operation">A valid operation of this keyspace; that the key is the right one is the caller's business.</param>
    /// <param name="now">The store's time in nanoseconds.</param>
    /// <returns>The answer, of the type that the operation names.</returns>
    /// <exception cref="ArgumentException">The operation is not valid or not of this keyspace, or the time is negative.</exception>
    public StoreResult Apply(StoreOperation operation, long now)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentOutOfRangeException.ThrowIfNegative(now);
        if (operation.Keyspace != Keyspace)
        {
            throw new ArgumentException($"An operation on a {operation.Keyspace} is not for a {Keyspace}.", nameof(operation));
        }

        operation.Validate();
        return operation is ReadOperation ? _entry.Read(now) : _entry.Apply(operation, now);
    }

    /// <summary>The state as bytes.</summary>
    public byte[] Encode()
    {
        StateWriter writer = new();
        writer.Byte(FormatVersion);
        writer.Byte((byte)Keyspace);
        _entry.Write(writer);
        return writer.ToArray();
    }
}
