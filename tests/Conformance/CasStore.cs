using System.Collections.Concurrent;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Conformance;

/// <summary>
/// A store that knows nothing but values of bytes with a revision, and a write that fails if the revision has changed: what NATS and
/// etcd offer. Made of the public API alone. Every third write is beaten by another one.
/// </summary>
internal sealed class CasStore(ManualClock clock, ConcurrentDictionary<string, CasStore.Value>? values = null) : IStore
{
    private readonly ConcurrentDictionary<string, Value> _values = values ?? new(StringComparer.Ordinal);
    private int _writes;

    public string Engine => "cas";

    public StoreCapabilities Capabilities { get; } = new() { Shared = true, MayLoseWrites = true };

    /// <summary>In whole microseconds, as a server may count.</summary>
    public long Now => clock.Ticks / 1000 * 1000;

    /// <summary>The values as they are now.</summary>
    public ConcurrentDictionary<string, Value> Copy() => new(_values, StringComparer.Ordinal);

    public ValueTask ExecuteAsync(
        ReadOnlyMemory<StoreOperation> operations, Memory<StoreResult> results, CancellationToken cancellationToken = default)
    {
        StoreOperation.ValidateBatch(operations, results, Capabilities);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        StoreResult[] answers = new StoreResult[operations.Length];
        IEnumerable<IGrouping<(StoreKeyspace Keyspace, string Key), int>> keys = Enumerable.Range(0, operations.Length)
            .GroupBy(index => (operations.Span[index].Keyspace, operations.Span[index].Key));
        foreach (IGrouping<(StoreKeyspace Keyspace, string Key), int> key in keys)
        {
            while (!TryApply(key.Key.Keyspace, key.Key.Key, key, operations.Span, answers))
            {
                // Another write came first: everything is decided again.
            }
        }

        answers.CopyTo(results);
        return ValueTask.CompletedTask;
    }

    public ValueTask<StoreHealth> CheckHealthAsync(CancellationToken cancellationToken = default) =>
        new(new StoreHealth { Healthy = true });

    public ValueTask DisposeAsync() => default;

    private bool TryApply(
        StoreKeyspace keyspace, string key, IEnumerable<int> indices, ReadOnlySpan<StoreOperation> operations, StoreResult[] answers)
    {
        string name = keyspace + "/" + key;
        Value? before = _values.GetValueOrDefault(name);
        StoredKey state = StoredKey.Decode(keyspace, before is null ? [] : before.Bytes, Capabilities.RetryHorizon);
        bool writes = false;
        foreach (int index in indices)
        {
            answers[index] = state.Apply(operations[index], Now);
            writes |= operations[index] is not ReadOperation;
        }

        if (!writes)
        {
            return true;
        }

        Value after = new(state.Encode());
        if (Interlocked.Increment(ref _writes) % 3 == 0)
        {
            // The same bytes under another revision.
            Write(name, before, new Value(before is null ? [] : before.Bytes));
        }

        return Write(name, before, after);
    }

    /// <summary>Revisions are object identities.</summary>
    private bool Write(string name, Value? before, Value after) =>
        before is null ? _values.TryAdd(name, after) : _values.TryUpdate(name, after, before);

    internal sealed class Value(byte[] bytes)
    {
        public byte[] Bytes => bytes;
    }
}
