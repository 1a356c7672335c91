using System.Globalization;
using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Telemetry;
using RateSync.Fast.Time;
using RateSync.Fast.Waiting;

namespace RateSync.Fast;

/// <summary>
/// The same limit for each of millions of keys: clients, users, tenants. 16 bytes a key, 32 at the most with the room to grow; no
/// object per key, no lock on the way to a grant. Only keys that somebody waits for have a line, and one timer serves all of them.
/// </summary>
/// <remarks>
/// <para>Keys are not kept, only a hash of 69 bits with secrets of its own for each limiter. Two keys that share it share a limit, which
/// makes it stricter for both: among a million keys the chance that this happens at all is one in a billion.</para>
/// <para>A key is forgotten when its state equals that of a key never seen, which nobody can notice: forgetting neither gives nor takes
/// a permit.</para>
/// <para>All members are safe to call from any thread at any time.</para>
/// </remarks>
public sealed partial class KeyedLimiter : IKeyTaker, IPermitOwner, IDisposable
{
    private const int RoomLooksPerSecond = 20;

    private readonly KeyTable<KeyedBucket, InterlockedAtomics, LineShape>? _buckets;
    private readonly IKeyedCore _core;
    private readonly KeyHasher _hasher = KeyHasher.Random();
    private readonly Clock _clock;
    private readonly int _ipv6Prefix;
    private readonly bool _refundable;
    private readonly Tally _tally = new();
    private readonly TopKeys? _hottest;
    private readonly TopKeys? _mostRefused;
    private readonly long _limit;
    private readonly int _queueLimit;
    private readonly Lock _linesGate = new();
    private KeyLines? _lines;
    private bool _disposed;

    /// <summary>A token bucket for each key.</summary>
    /// <param name="ratePerSecond">Permits per second and key, from 1e-9 to 1e9; fractions are fine.</param>
    /// <param name="burst">Permits that a key's full bucket holds, from 1 to 2^30.</param>
    /// <param name="options">Everything else; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number out of range, or a rate and a burst that no word can hold together.
    /// </exception>
    public KeyedLimiter(double ratePerSecond, long burst, KeyedLimiterOptions? options = null, TimeProvider? timeProvider = null)
        : this(options, timeProvider)
    {
        options ??= KeyedLimiterOptions.Default;
        _buckets = Table(new KeyedBucket(ratePerSecond, burst, _clock.Frequency), options);
        _core = _buckets;
        _limit = _core.Limit;
    }

    private KeyedLimiter(Func<Clock, KeyedLimiterOptions, IKeyedCore> core, bool refundable, KeyedLimiterOptions? options, TimeProvider? timeProvider)
        : this(options, timeProvider)
    {
        _refundable = refundable;
        _core = core(_clock, options ?? KeyedLimiterOptions.Default);
        _limit = _core.Limit;
    }

    private KeyedLimiter(KeyedLimiterOptions? options, TimeProvider? timeProvider)
    {
        options ??= KeyedLimiterOptions.Default;
        options.Validate();
        _clock = new Clock(timeProvider);
        _ipv6Prefix = options.IPv6PrefixLength;
        _queueLimit = options.QueueLimit;
        _core = null!;
        Id = options.Id ?? nameof(KeyedLimiter);
        MaxKeys = options.MaxKeys;
        if (options.TopKeys > 0)
        {
            _hottest = new TopKeys(options.TopKeys);
            _mostRefused = new TopKeys(options.TopKeys);
        }
    }

    /// <summary>A name for logs, metrics and explanations.</summary>
    public string Id { get; }

    /// <summary>The most permits that a key can be granted at once.</summary>
    public long Limit => _limit;

    /// <summary>Keys that are counted one by one at the same time.</summary>
    public int MaxKeys { get; }

    /// <summary>
    /// By how many permits more than its limit a key can be granted in the worst interval of its window's length: 0, the bound is strict,
    /// but of
    /// <see cref="FixedWindow"/> its limit, which may pass on both sides of a border.
    /// </summary>
    public double DeclaredExcess { get; private init; }

    /// <summary>
    /// Permits that a key may be short of right after idling, because they were set aside for it when it was busy. At most a sixteenth of
    /// the burst; 0 where that is less than 2.
    /// </summary>
    public long DeclaredShortfall => _core.Shortfall;

    /// <summary>Keys that have a place now; some of them may be as good as never seen by now.</summary>
    public long Count => _core.Count;

    /// <summary>Bytes that the table takes.</summary>
    public long MemoryBytes => _core.Bytes;

    /// <summary>Takes permits for a key, all or none, if they are to be had now.</summary>
    /// <param name="key">The key, as text.</param>
    /// <param name="permits">From 1 to <see cref="Limit"/>. 0 takes nothing and asks whether one would be granted now.</param>
    /// <returns>Whether they were granted. Allocates nothing.</returns>
    /// <exception cref="ArgumentNullException">The key is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than could ever be granted.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAcquire(string key, int permits = 1)
    {
        ArgumentNullException.ThrowIfNull(key);
        return TryAcquire(_hasher.Hash(key.AsSpan()), key, permits);
    }

    /// <inheritdoc cref="TryAcquire(string, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAcquire(ReadOnlySpan<char> key, int permits = 1) => TryAcquire(_hasher.Hash(key), key, permits);

    /// <summary>Takes permits for a key, all or none, if they are to be had now.</summary>
    /// <param name="key">The key: text, bytes, a number, a GUID or an address, converted implicitly.</param>
    /// <param name="permits">From 1 to <see cref="Limit"/>. 0 takes nothing and asks whether one would be granted now.</param>
    /// <returns>Whether they were granted. Allocates nothing.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than could ever be granted.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of.</exception>
    public bool TryAcquire(LimiterKey key, int permits = 1) => TryAcquire(key.Hash(_hasher, _ipv6Prefix), key, permits);

    /// <inheritdoc cref="TryAcquire(LimiterKey, int)"/>
    /// <returns>
    /// The decision with its reasons. Of slots, <see cref="Decision.Permit"/> gives them back when it is disposed of; of a rate it is
    /// empty, and what was granted goes back through <see cref="Refund"/> or <see cref="Settle"/>.
    /// </returns>
    public Decision Attempt(LimiterKey key, int permits = 1)
    {
        CheckPermits(permits);
        if (permits == 0)
        {
            return Peek(key);
        }

        KeyHash hash = key.Hash(_hasher, _ipv6Prefix);
        if (IsWaitedFor(hash))
        {
            Count1(granted: false, key, permits);
            return Behind(hash, permits);
        }

        KeyVerdict verdict = new() { Explain = true };
        bool granted = _core.TryTake(hash, permits, ref verdict);
        Count1(granted, key, permits);
        return granted
            ? Grant(hash, verdict, permits)
            : Refusal(verdict.Description, permits, verdict.Overflowed);
    }

    /// <summary>What <see cref="Attempt"/> would answer now, taking nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="permits">From 1 to <see cref="Limit"/>; 0 stands for 1.</param>
    /// <returns>The decision that would be made.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than could ever be granted.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of.</exception>
    public Decision Peek(LimiterKey key, int permits = 1)
    {
        CheckPermits(permits);
        int asked = Math.Max(1, permits);
        KeyHash hash = key.Hash(_hasher, _ipv6Prefix);
        if (IsWaitedFor(hash))
        {
            return Behind(hash, asked);
        }

        Description now = _core.Peek(hash, asked);
        return now.Missing == 0 ? Answer(now) with { Allowed = true } : Refusal(now, asked, overflowed: false);
    }

    /// <summary>Refuses everything from now on: calls throw <see cref="ObjectDisposedException"/>, and so do those that wait.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _disposed, true);
        lock (_linesGate)
        {
            _lines?.Dispose();
        }
    }

    Clock IKeyTaker.Clock => _clock;

    string IKeyTaker.OwnerName => typeof(KeyedLimiter).FullName!;

    Decision IKeyTaker.Granted(in KeyHash key, in KeyVerdict verdict, int permits, long waiting)
    {
        if (permits > 0)
        {
            _tally.Acquired(ThreadSlot.Current, permits);
        }

        return Grant(key, verdict, permits) with { Waiting = waiting };
    }

    Decision IKeyTaker.Refused(in KeyHash key, int permits, RefusalReason reason, long waiting, long queuedPermits) =>
        Refused(key, permits, reason, waiting, queuedPermits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryAcquire(in KeyHash hash, LimiterKey key, int permits)
    {
        if ((uint)(permits - 1) >= (ulong)_limit || Volatile.Read(ref _disposed))
        {
            CheckPermits(permits);
            return !IsWaitedFor(hash) && _core.Peek(hash, 1).Missing == 0;
        }

        bool granted;
        if (IsWaitedFor(hash))
        {
            granted = false;
        }
        else if (_buckets is not null)
        {
            granted = _buckets.TryTake(hash, permits);
        }
        else
        {
            KeyVerdict verdict = default;
            granted = _core.TryTake(hash, permits, ref verdict);
        }

        Count1(granted, key, permits);
        return granted;
    }

    private void CheckPermits(int permits)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        if (permits < 0 || permits > Limit)
        {
            Check.Throw(
                nameof(permits),
                permits,
                string.Create(CultureInfo.InvariantCulture, $"It must be from 0 to {Limit}, the most that {Id} can ever grant a key at once."));
        }
    }

    private Decision Refusal(in Description description, int permits, bool overflowed) => Answer(description) with
    {
        Reason = overflowed && description.Missing == 0 ? RefusalReason.TooManyKeys : RefusalReason.NotEnoughPermits,
        Missing = Math.Max(description.Missing, overflowed ? permits : 1),
        RetryAfter = _refundable ? Timeout.InfiniteTimeSpan : _clock.ToTimeSpan(description.RetryTicks),
    };

    private Decision Grant(in KeyHash key, in KeyVerdict verdict, int permits) =>
        Answer(verdict.Description) with { Allowed = true, Permit = PermitFor(key, permits) };

    private Permit PermitFor(in KeyHash key, int permits) => KeyPermits.Open(this, key, permits, _refundable ? permits : 0, rate: false);

    private Decision Answer(in Description description) => new()
    {
        LimiterId = Id,
        Limit = Limit,
        Remaining = description.Remaining,
        ResetAfter = _refundable
            ? description.Remaining == Limit ? TimeSpan.Zero : Timeout.InfiniteTimeSpan
            : _clock.ToTimeSpan(description.ResetTicks),
    };
}
