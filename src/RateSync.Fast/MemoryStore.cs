using System.Collections.Concurrent;
using RateSync.Fast.Stores;
using RateSync.Fast.Time;

namespace RateSync.Fast;

/// <summary>
/// A store in this process's memory: what several registries of one process share, and the model for every other engine. Each key has
/// a lock of its own; keys that are as good as unused are dropped. It is gone with the process.
/// </summary>
public sealed class MemoryStore : IStore
{
    private const int FirstSweep = 1024;

    private readonly ConcurrentDictionary<(StoreKeyspace Keyspace, string Key), StoreEntry> _entries = new();
    private readonly Lock _sweeping = new();
    private readonly Clock _clock;
    private readonly StoreRules _rules;
    private readonly long _origin;
    private int _sinceSweep;
    private int _sweepAfter = FirstSweep;
    private bool _disposed;

    /// <summary>Makes an empty store.</summary>
    /// <param name="timeProvider">The store's clock: its timestamps, never the time of day. The system's if <c>null</c>.</param>
    public MemoryStore(TimeProvider? timeProvider = null)
        : this(timeProvider, StoreDefect.None)
    {
    }

    internal MemoryStore(TimeProvider? timeProvider, StoreDefect defect, long? origin = null)
    {
        _clock = new Clock(timeProvider);
        _origin = origin ?? Math.Min(0, _clock.Now());
        _rules = new StoreRules(StoreSpan.After(0, Capabilities.RetryHorizon), defect);
    }

    /// <inheritdoc/>
    public string Engine => "memory";

    /// <inheritdoc/>
    public StoreCapabilities Capabilities { get; } = new() { ClockResolution = TimeSpan.FromTicks(1) };

    /// <summary>Keys that the store remembers.</summary>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public ValueTask ExecuteAsync(
        ReadOnlyMemory<StoreOperation> operations, Memory<StoreResult> results, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        StoreOperation.ValidateBatch(operations, results, Capabilities);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        for (int index = 0; index < operations.Length; index++)
        {
            results.Span[index] = Apply(operations.Span[index]);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<StoreHealth> CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<StoreHealth>(cancellationToken)
            : ValueTask.FromResult(new StoreHealth { Healthy = true });
    }

    /// <summary>Forgets everything.</summary>
    public ValueTask DisposeAsync()
    {
        _disposed = true;
        _entries.Clear();
        return ValueTask.CompletedTask;
    }

    /// <summary>A store with the same state, as after a restart from storage that lost nothing.</summary>
    internal MemoryStore AfterRestart()
    {
        MemoryStore store = new(_clock.Provider, _rules.Defect, _origin);
        foreach (((StoreKeyspace, string) key, StoreEntry entry) in _entries)
        {
            lock (entry)
            {
                store._entries[key] = entry.AfterRestart();
            }
        }

        return store;
    }

    /// <summary>From the origin of the clock, or from the store's beginning if the clock shows less than nothing.</summary>
    private long Now() => (long)Int128.Clamp(((Int128)_clock.Now() - _origin) * StoreSpan.PerSecond / _clock.Frequency, 0, StoreSpan.MaxTime);

    private StoreResult Apply(StoreOperation operation)
    {
        (StoreKeyspace, string) id = (operation.Keyspace, operation.Key);
        while (true)
        {
            if (!_entries.TryGetValue(id, out StoreEntry? entry))
            {
                if (operation is ReadOperation)
                {
                    return new StoreState { StoreTime = Now() };
                }

                Sweep();
                entry = _entries.GetOrAdd(id, static (key, rules) => StoreEntry.Create(key.Keyspace, rules), _rules);
            }

            lock (entry)
            {
                // Whoever swept it away held this lock, so it is gone for good.
                if (!entry.Removed)
                {
                    return operation is ReadOperation ? entry.Read(Now()) : entry.Apply(operation, Now());
                }
            }
        }
    }

    /// <summary>Once for as many new keys as there were after the last time, so that it costs each of them a constant.</summary>
    private void Sweep()
    {
        lock (_sweeping)
        {
            if (++_sinceSweep < _sweepAfter)
            {
                return;
            }

            foreach (((StoreKeyspace, string) key, StoreEntry entry) in _entries)
            {
                lock (entry)
                {
                    if (entry.IsIdle(Now()))
                    {
                        entry.Removed = _entries.TryRemove(key, out _);
                    }
                }
            }

            _sinceSweep = 0;
            _sweepAfter = Math.Max(FirstSweep, _entries.Count);
        }
    }
}
