using System.Globalization;
using System.Net;
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
/// makes it
/// stricter for both: among a million keys the chance that this happens at all is one in a billion.</para>
/// <para>A key is forgotten when its state equals that of a key never seen, which nobody can notice: forgetting neither gives nor takes
/// a permit.</para>
/// <para>All members are safe to call from any thread at any time.</para>
/// </remarks>
public sealed class KeyedLimiter : IKeyTaker, IDisposable
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
    /// <exception cref="ArgumentOutOfRangeException">A number out of range, or a rate and a burst that no word can hold together.</exception>
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

    /// <summary>Permits more than its bound that a key may be granted in the worst case: 0, the bound is strict.</summary>
    public double DeclaredExcess { get; }

    /// <summary>
    /// Permits that a key may be short of right after idling, because they were set aside for it when it was busy. At most a sixteenth of
    /// the burst; 0 where that is less than 2.
    /// </summary>
    public long DeclaredShortfall => _core.Shortfall;

    /// <summary>Keys that have a place now; some of them may be as good as never seen by now.</summary>
    public long Count => _core.Count;

    /// <summary>Bytes that the table takes.</summary>
    public long MemoryBytes => _core.Bytes;

    /// <summary>A fixed window for each key: at most <paramref name="limit"/> permits in each window.</summary>
    /// <param name="limit">Permits per window and key, from 1.</param>
    /// <param name="window">Length of a window; windows begin when the limiter is made, for all keys alike.</param>
    /// <param name="options">Everything else; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <returns>The limiter. A key takes 16 bytes, 32 at the most with the room to grow.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number out of range.</exception>
    public static KeyedLimiter FixedWindow(int limit, TimeSpan window, KeyedLimiterOptions? options = null, TimeProvider? timeProvider = null) =>
        Window(limit, window, sliding: false, options, timeProvider);

    /// <summary>
    /// A sliding window for each key: at most <paramref name="limit"/> permits in any window, counted in whole sub-windows.
    /// </summary>
    /// <param name="limit">Permits per window and key, from 1 to 262,143.</param>
    /// <param name="window">Length of the window.</param>
    /// <param name="options">Everything else; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <returns>
    /// The limiter. A key takes 16 bytes, 32 at the most with the room to grow. Sub-windows must fit into them: 8 up to a limit of 15, 4
    /// up to
    /// 127, 2 up to 4,095, 1 above. With S of them at least S/(S+1) of the limit can be used in every window.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A number out of range.</exception>
    public static KeyedLimiter SlidingWindow(int limit, TimeSpan window, KeyedLimiterOptions? options = null, TimeProvider? timeProvider = null)
    {
        Check.Range(limit, 1, KeyedWindow.MaxSlidingLimit, nameof(limit));
        return Window(limit, window, sliding: true, options, timeProvider);
    }

    /// <summary>
    /// A limit on concurrency for each key. Slots are given back by <see cref="Release"/>; a key with slots out is never forgotten.
    /// </summary>
    /// <param name="maxConcurrent">Slots per key, from 1.</param>
    /// <param name="options">Everything else; null for the defaults. New keys beyond the bound are always refused.</param>
    /// <param name="timeProvider">The clock of those who wait; null for the system's.</param>
    /// <returns>The limiter. A key takes 16 bytes, 32 at the most with the room to grow.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number out of range.</exception>
    public static KeyedLimiter Concurrency(int maxConcurrent, KeyedLimiterOptions? options = null, TimeProvider? timeProvider = null)
    {
        Check.AtLeast(maxConcurrent, 1, nameof(maxConcurrent));
        return new KeyedLimiter(
            (clock, set) => Table(new KeyedSlots(maxConcurrent), clock, set with { Overflow = KeyOverflow.Refuse }),
            refundable: true,
            options,
            timeProvider);
    }

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
    /// The decision with its reasons. Its <see cref="Decision.Permit"/> is empty: what a key was granted goes back through
    /// <see cref="Release"/>,
    /// <see cref="Refund"/> or <see cref="Settle"/>.
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
            ? Answer(verdict.Description) with { Allowed = true }
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

    /// <summary>Waits for permits for a key, all at once, for as long as it takes.</summary>
    /// <param name="key">The key. It is not kept.</param>
    /// <param name="permits">From 1 to <see cref="Limit"/>. 0 takes nothing and waits until one would be granted.</param>
    /// <param name="cancellationToken">Ends the wait and gives the place in line back.</param>
    /// <returns>
    /// Completes when the permits were granted; at once, without allocating, if they are to be had now. What was granted goes back through
    /// <see cref="Release"/>, <see cref="Refund"/> or <see cref="Settle"/>.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than could ever be granted.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="RateLimitRejectedException">
    /// As many callers wait for the key as <see cref="KeyedLimiterOptions.QueueLimit"/> allows, or there is no room to count for a new key.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of, before or during the wait.</exception>
    public ValueTask AcquireAsync(LimiterKey key, int permits = 1, CancellationToken cancellationToken = default) =>
        AcquireAsync(key, permits, Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Waits for permits for a key, all at once, for a limited time.</summary>
    /// <param name="key">The key. It is not kept.</param>
    /// <param name="permits">From 1 to <see cref="Limit"/>. 0 takes nothing and waits until one would be granted.</param>
    /// <param name="timeout">
    /// How long to wait at the most; <see cref="TimeSpan.Zero"/> does not wait, <see cref="Timeout.InfiniteTimeSpan"/> waits
    /// for ever. A wait that cannot end in time is refused at once.
    /// </param>
    /// <param name="cancellationToken">Ends the wait and gives the place in line back.</param>
    /// <returns>
    /// Completes when the permits were granted; at once, without allocating, if they are to be had now. Those who wait for the same key
    /// are served first
    /// come, first served. A continuation never runs on the thread that made the permits available.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative number, more than could ever be granted, or a negative timeout.</exception>
    /// <exception cref="RateLimitTimeoutException">There were no permits in time, or there could not have been.</exception>
    /// <exception cref="RateLimitRejectedException">
    /// As many callers wait for the key as <see cref="KeyedLimiterOptions.QueueLimit"/> allows, or there is no room to count for a new key.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of, before or during the wait.</exception>
    public ValueTask AcquireAsync(LimiterKey key, int permits, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        CheckPermits(permits);
        Check.Timeout(timeout, nameof(timeout));
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        KeyHash hash = key.Hash(_hasher, _ipv6Prefix);
        if (TakeOrSee(hash, key, permits, timeout == TimeSpan.Zero))
        {
            return default;
        }

        KeyWaiter? waiter = null;
        Decision answer = default;
        if (timeout == TimeSpan.Zero)
        {
            answer = IsWaitedFor(hash) ? Behind(hash, permits) : Refused(hash, permits, RefusalReason.NotEnoughPermits, 0, 0);
        }
        else
        {
            Lines().Wait(hash, permits, timeout, cancellationToken, out waiter, out answer);
        }

        return waiter is not null ? new ValueTask(waiter, waiter.Version)
            : answer.Allowed ? default
            : ValueTask.FromException(answer.Reason is RefusalReason.QueueFull or RefusalReason.TooManyKeys
                ? new RateLimitRejectedException(answer)
                : new RateLimitTimeoutException(answer, timeout));
    }

    /// <summary>
    /// As <see cref="AcquireAsync(LimiterKey, int, TimeSpan, CancellationToken)"/>, but a refusal is a value instead of an exception.
    /// </summary>
    /// <inheritdoc cref="AcquireAsync(LimiterKey, int, TimeSpan, CancellationToken)" path="/param"/>
    /// <returns>The decision with its reasons.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative number, more than could ever be granted, or a negative timeout.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of, before or during the wait.</exception>
    public ValueTask<Decision> AttemptAsync(LimiterKey key, int permits, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        CheckPermits(permits);
        Check.Timeout(timeout, nameof(timeout));
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Decision>(cancellationToken);
        }

        Decision now = Attempt(key, permits);
        if (now.Allowed || timeout == TimeSpan.Zero)
        {
            return new ValueTask<Decision>(now);
        }

        KeyHash hash = key.Hash(_hasher, _ipv6Prefix);
        if (permits > 0)
        {
            _tally.AskedToWait(ThreadSlot.Current);
        }

        Lines().Wait(hash, permits, timeout, cancellationToken, out KeyWaiter? waiter, out Decision answer);
        return waiter is not null ? new ValueTask<Decision>(waiter, waiter.Version) : new ValueTask<Decision>(answer);
    }

    /// <summary>Gives permits of a rate back unused. The bound then holds for net grants.</summary>
    /// <param name="key">The key.</param>
    /// <param name="permits">How many, 0 or more; not more than were granted.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public void Refund(LimiterKey key, int permits)
    {
        Check.AtLeast(permits, 0, nameof(permits));
        if (permits > 0)
        {
            KeyHash hash = key.Hash(_hasher, _ipv6Prefix);
            _core.Refund(hash, permits);
            Volatile.Read(ref _lines)?.WakeUp(hash);
        }
    }

    /// <summary>
    /// States what the work really took, after <paramref name="granted"/> permits were acquired for it: gives the rest back, or takes the
    /// difference as well, into debt if need be, which is paid before the key's next grant.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="granted">What was granted.</param>
    /// <param name="actual">What was used.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or a debt that no word can hold.</exception>
    public void Settle(LimiterKey key, int granted, int actual)
    {
        Check.AtLeast(granted, 0, nameof(granted));
        Check.AtLeast(actual, 0, nameof(actual));
        if (actual <= granted)
        {
            Refund(key, granted - actual);
        }
        else if (!_core.TryCharge(key.Hash(_hasher, _ipv6Prefix), actual - granted))
        {
            Check.Throw(nameof(actual), actual, "The difference must fit the key's debt, and a limit on concurrency has none.");
        }
    }

    /// <summary>Gives concurrency slots of a key back.</summary>
    /// <param name="key">The key.</param>
    /// <param name="permits">How many, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    /// <exception cref="InvalidOperationException">This limiter is not one on concurrency.</exception>
    /// <exception cref="SemaphoreFullException">The key has fewer slots out; none was given back.</exception>
    public void Release(LimiterKey key, int permits = 1)
    {
        Check.AtLeast(permits, 1, nameof(permits));
        if (!_refundable)
        {
            throw new InvalidOperationException($"{Id} limits a rate: there are no slots to give back. Use Refund for permits that were not used.");
        }

        KeyHash hash = key.Hash(_hasher, _ipv6Prefix);
        if (!_core.Refund(hash, permits))
        {
            throw new SemaphoreFullException($"{Id}: the key has fewer slots out than were to be given back.");
        }

        Volatile.Read(ref _lines)?.WakeUp(hash);
    }

    /// <summary>Forgets all keys that are as good as never seen, now. It happens by itself a little at a time.</summary>
    /// <returns>How many were forgotten.</returns>
    public long ForgetUnused() => _core.SweepAll();

    /// <summary>
    /// The keys with the most requests, most first, estimated from a sample; empty unless <see cref="KeyedLimiterOptions.TopKeys"/> is
    /// set.
    /// </summary>
    /// <param name="count">How many at the most.</param>
    /// <returns>Keys with estimates and their errors.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public IReadOnlyList<KeyActivity> GetHottestKeys(int count = 10)
    {
        Check.AtLeast(count, 0, nameof(count));
        return _hottest?.Get(count) ?? [];
    }

    /// <summary>
    /// The keys with the most refusals, most first, estimated from a sample; empty unless <see cref="KeyedLimiterOptions.TopKeys"/> is
    /// set.
    /// </summary>
    /// <param name="count">How many at the most.</param>
    /// <returns>Keys with estimates and their errors.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public IReadOnlyList<KeyActivity> GetMostRefusedKeys(int count = 10)
    {
        Check.AtLeast(count, 0, nameof(count));
        return _mostRefused?.Get(count) ?? [];
    }

    /// <summary>What the limiter has done so far.</summary>
    /// <returns>A snapshot.</returns>
    public KeyedMetrics GetMetrics()
    {
        SlotTally sum = _tally.Sum();
        KeyLines? lines = Volatile.Read(ref _lines);
        return new KeyedMetrics
        {
            LimiterId = Id,
            TotalAcquisitions = sum.Acquisitions,
            Refusals = sum.Refusals - sum.AskedToWait,
            TotalWaits = lines?.Figures.Waits ?? 0,
            TotalWaitTimeMs = (lines?.Figures.Ticks ?? 0) * 1000.0 / _clock.Frequency,
            MaxWaitTimeMs = (lines?.Figures.Longest ?? 0) * 1000.0 / _clock.Frequency,
            Timeouts = lines?.Figures.Timeouts ?? 0,
            Cancellations = lines?.Figures.Cancellations ?? 0,
            Waiting = lines?.Waiting ?? 0,
            Keys = Count,
            MemoryBytes = MemoryBytes,
            Overflowed = _core.Overflowed,
        };
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

    long IKeyTaker.MostPermits => _limit;

    int IKeyTaker.QueueLimit => _queueLimit;

    string IKeyTaker.OwnerName => typeof(KeyedLimiter).FullName!;

    bool IKeyTaker.TryTake(in KeyHash key, int permits, ref KeyVerdict verdict, out long retryTicks)
    {
        bool granted = permits > 0 && _core.TryTake(key, permits, ref verdict);
        if (permits == 0)
        {
            verdict.Description = _core.Peek(key, 1);
            granted = verdict.Description.Missing == 0;
        }

        // Room for a key that found none comes free when others are forgotten, which nobody tells.
        Description now = verdict.Description;
        retryTicks = !_refundable && now.Missing > 0 ? Math.Max(1, now.RetryTicks)
            : verdict.Overflowed ? Math.Max(1, _clock.Frequency / RoomLooksPerSecond)
            : long.MaxValue;
        return granted;
    }

    long IKeyTaker.LeastWait(in KeyHash key, long permits) => _refundable ? 0 : _core.Peek(key, permits).RetryTicks;

    Decision IKeyTaker.Granted(in KeyVerdict verdict, int permits, long waiting)
    {
        if (permits > 0)
        {
            _tally.Acquired(ThreadSlot.Current, permits);
        }

        return Answer(verdict.Description) with { Allowed = true, Waiting = waiting };
    }

    Decision IKeyTaker.Refused(in KeyHash key, int permits, RefusalReason reason, long waiting, long queuedPermits) =>
        Refused(key, permits, reason, waiting, queuedPermits);

    private static KeyedLimiter Window(int limit, TimeSpan window, bool sliding, KeyedLimiterOptions? options, TimeProvider? timeProvider)
    {
        long ticks = WindowArguments.ToTicks(limit, window, new Clock(timeProvider));
        return new KeyedLimiter(
            (clock, set) => Table(new KeyedWindow(limit, ticks, sliding, clock.Now(), clock.Frequency), clock, set), refundable: false, options, timeProvider);
    }

    private static KeyTable<TPolicy, InterlockedAtomics, LineShape> Table<TPolicy>(TPolicy policy, Clock clock, KeyedLimiterOptions options)
        where TPolicy : struct, IKeyPolicy => KeyLimit.NewTable(policy, clock, options.MaxKeys, options.Overflow);

    private KeyTable<TPolicy, InterlockedAtomics, LineShape> Table<TPolicy>(TPolicy policy, KeyedLimiterOptions options)
        where TPolicy : struct, IKeyPolicy => Table(policy, _clock, options);

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

    /// <summary>Takes permits; none at all are "taken" when one would be granted. A refusal is counted if it is the last word.</summary>
    private bool TakeOrSee(in KeyHash hash, LimiterKey key, int permits, bool lastWord)
    {
        if (permits == 0)
        {
            return Peek(key).Allowed;
        }

        KeyVerdict verdict = default;
        bool granted = !IsWaitedFor(hash) && _core.TryTake(hash, permits, ref verdict);
        Count1(granted, key, permits);
        if (!granted && !lastWord)
        {
            _tally.AskedToWait(ThreadSlot.Current);
        }

        return granted;
    }

    /// <summary>Whether somebody waits for a key. While nobody ever has it is one look at a field that does not change.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsWaitedFor(in KeyHash hash) => Volatile.Read(ref _lines) is { } lines && lines.IsWaitedFor(hash);

    private KeyLines Lines()
    {
        if (Volatile.Read(ref _lines) is { } lines)
        {
            return lines;
        }

        // A lock: taken once, at a limiter's first wait.
        lock (_linesGate)
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
            if (_lines is null)
            {
                Volatile.Write(ref _lines, new KeyLines(this));
            }

            return _lines!;
        }
    }

    /// <summary>The answer to a call that does not step ahead of those who wait.</summary>
    private Decision Behind(in KeyHash hash, int permits)
    {
        long waiting = 0, queued = 0;
        Volatile.Read(ref _lines)?.Look(hash, out waiting, out queued);
        return Refused(hash, permits, RefusalReason.WaitersInLine, waiting, queued);
    }

    private Decision Refused(in KeyHash hash, int permits, RefusalReason reason, long waiting, long queuedPermits)
    {
        int asked = Math.Max(1, permits);
        Description now = _core.Peek(hash, asked);
        return Refusal(now with { RetryTicks = ((IKeyTaker)this).LeastWait(hash, queuedPermits + asked) }, asked, overflowed: false) with
        {
            Reason = reason,
            Waiting = waiting,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Count1(bool granted, LimiterKey key, int permits)
    {
        if (granted)
        {
            _tally.Acquired(ThreadSlot.Current, permits);
        }
        else
        {
            _tally.Refused(ThreadSlot.Current);
        }

        if (_hottest is not null && TopKeys.IsSampled())
        {
            Sample(granted, key);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Sample(bool granted, LimiterKey key)
    {
        ulong print = key.Hash(_hasher, _ipv6Prefix).Print;
        _hottest!.Add(print, key, _ipv6Prefix);
        if (!granted)
        {
            _mostRefused!.Add(print, key, _ipv6Prefix);
        }
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
