using System.Collections.Concurrent;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Time;

namespace RateSync.Fast.Engine;

/// <summary>
/// The clones of a named limiter, one for each key: an entry in a flat table and no object. Clones with overrides have a table for each
/// set of overrides, not for each key. Follows the changes of the limiter.
/// </summary>
internal sealed class CloneTable : IDisposable
{
    // The default of KeyedLimiterOptions: what one household or one rented machine is commonly given.
    private const int IPv6Prefix = 64;

    private readonly ConcurrentDictionary<LimiterOverrides, CloneGroup> _groups = new();
    private readonly CloneGroup _own;
    private readonly KeyHasher _hasher = KeyHasher.Random();
    private readonly Clock _clock;

    // A lock, not a race: taken by changes, and at the first use of a set of overrides, which must not miss one.
    private readonly Lock _gate = new();
    private LimiterOptions _options;
    private bool _disposed;

    /// <summary>Makes a table without keys.</summary>
    /// <param name="id">The limiter's name.</param>
    /// <param name="options">The limits of each key.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="ConfigurationException">Nothing in the options can be counted for keys.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number that no key's word can hold.</exception>
    public CloneTable(string id, LimiterOptions options, TimeProvider? time)
    {
        Id = id;
        _options = options;
        _clock = new Clock(time);
        _own = new CloneGroup(id, options, _clock);
    }

    public string Id { get; }

    public LimiterClone For(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new LimiterClone(_own, key, _hasher.Hash(key.AsSpan()));
    }

    public LimiterClone For(LimiterKey key) => new(_own, key.Describe(IPv6Prefix), key.Hash(_hasher, IPv6Prefix));

    public LimiterClone For(LimiterKey key, LimiterOverrides overrides) =>
        new(GroupOf(overrides), key.Describe(IPv6Prefix), key.Hash(_hasher, IPv6Prefix));

    public LimiterClone For(string key, LimiterOverrides? overrides)
    {
        ArgumentNullException.ThrowIfNull(key);
        return overrides is null ? For(key) : new LimiterClone(GroupOf(overrides), key, _hasher.Hash(key.AsSpan()));
    }

    /// <summary>The limits of every key from now on. What each has spent stays spent, and those who wait keep their places.</summary>
    public void Change(LimiterOptions options)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _own.Change(options);
            _options = options;
            foreach ((LimiterOverrides overrides, CloneGroup group) in _groups)
            {
                group.Change(overrides.ApplyTo(options));
            }
        }
    }

    /// <summary>What all clones have done; <see cref="KeyedMetrics.LimiterId"/> is the limiter's name.</summary>
    public KeyedMetrics GetMetrics()
    {
        KeyedMetrics sum = _own.GetMetrics();
        foreach (CloneGroup group in _groups.Values)
        {
            KeyedMetrics more = group.GetMetrics();
            sum = sum with
            {
                TotalAcquisitions = sum.TotalAcquisitions + more.TotalAcquisitions,
                Refusals = sum.Refusals + more.Refusals,
                TotalWaits = sum.TotalWaits + more.TotalWaits,
                TotalWaitTimeMs = sum.TotalWaitTimeMs + more.TotalWaitTimeMs,
                MaxWaitTimeMs = Math.Max(sum.MaxWaitTimeMs, more.MaxWaitTimeMs),
                Timeouts = sum.Timeouts + more.Timeouts,
                Cancellations = sum.Cancellations + more.Cancellations,
                Waiting = sum.Waiting + more.Waiting,
                Keys = sum.Keys + more.Keys,
                MemoryBytes = sum.MemoryBytes + more.MemoryBytes,
                Overflowed = sum.Overflowed + more.Overflowed,
            };
        }

        return sum;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _own.Dispose();
            foreach (CloneGroup group in _groups.Values)
            {
                group.Dispose();
            }
        }
    }

    private CloneGroup GroupOf(LimiterOverrides overrides)
    {
        if (_groups.TryGetValue(overrides, out CloneGroup? group))
        {
            return group;
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _groups.GetOrAdd(
                overrides, static (set, table) => new CloneGroup(table.Id, set.ApplyTo(table._options), table._clock), this);
        }
    }
}
