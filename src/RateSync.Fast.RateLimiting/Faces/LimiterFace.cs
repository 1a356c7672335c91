using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting.Leases;

namespace RateSync.Fast.RateLimiting.Faces;

/// <summary>
/// A <see cref="Limiter"/> as a <see cref="RateLimiter"/>. Grants and refusals go straight to the limiter; see the other part for those who
/// wait.
/// </summary>
/// <remarks>
/// Not a <see cref="ReplenishingRateLimiter"/>: our limiters refill by the clock when they are asked, so that nobody has to call each of
/// them ten times a second, and no call that comes late takes anything away.
/// </remarks>
internal sealed partial class LimiterFace : RateLimiter
{
    private readonly Limiter _limiter;
    private readonly TimeProvider _time;
    private readonly bool _ownsLimiter;
    private readonly GrantKind _kind;
    private readonly GrantedLease _spent;
    private readonly SpareLease _spare = new();

    // Mutable structs: must not be readonly.
    private StripedCounter _granted;
    private StripedCounter _refused;

    // The grants when idleness was last looked at, and since when the limiter is full if there were none since; negative if that is not
    // known.
    private long _grantsSeen;
    private long _fullSince;
    private bool _disposed;

    public LimiterFace(Limiter limiter, RateLimiterFaceOptions options)
    {
        options.Validate();
        _limiter = limiter;
        _time = options.TimeProvider ?? TimeProvider.System;
        _ownsLimiter = options.DisposeLimiter;
        _queueLimit = options.QueueLimit;
        _newestFirst = options.QueueProcessingOrder == QueueProcessingOrder.NewestFirst;
        _kind = KindOf(limiter);
        _handsOver = _kind == GrantKind.Slots && options.IsPrivate;
        _spent = new GrantedLease(limiter, _kind == GrantKind.Spent);
        _fullSince = FullFrom(limiter.GetState());
    }

    public Limiter Limiter => _limiter;

    public override TimeSpan? IdleDuration
    {
        get
        {
            LimiterState state = _limiter.GetState();
            lock (_gate)
            {
                // After the state: what is granted in between makes the answer shorter.
                long grants = _granted.Sum();
                if (_line.Oldest is not null || state.Waiting > 0 || state.ResetAfter != TimeSpan.Zero)
                {
                    _grantsSeen = grants;
                    _fullSince = FullFrom(state);
                    return null;
                }

                if (grants != _grantsSeen || _fullSince < 0)
                {
                    _grantsSeen = grants;
                    _fullSince = _time.GetTimestamp();
                }

                TimeSpan idle = _time.GetElapsedTime(_fullSince);
                return idle > TimeSpan.Zero ? idle : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Slots of a lease come back.</summary>
    public void Release(int permits)
    {
        _limiter.Release(permits);
        if (_handsOver)
        {
            HandOver();
        }
    }

    public override RateLimiterStatistics GetStatistics()
    {
        ThrowIfDisposed();
        return new RateLimiterStatistics
        {
            CurrentAvailablePermits = _limiter.Peek().Remaining,
            CurrentQueuedCount = Volatile.Read(ref _line.Permits),
            TotalSuccessfulLeases = _granted.Sum(),
            TotalFailedLeases = _refused.Sum(),
        };
    }

    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        CheckPermits(permitCount);
        return TryTake(permitCount, out RateLimitLease? lease) || (_newestFirst && TryTakeAhead(permitCount, out lease))
            ? lease
            : Refuse(permitCount, RefusalReason.None);
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        CheckPermits(permitCount);
        return TryTake(permitCount, out RateLimitLease? lease)
            ? new ValueTask<RateLimitLease>(lease)
            : WaitAsync(permitCount, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
        {
            return;
        }

        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            Volatile.Write(ref _disposed, true);
            EndAllWaits();
        }

        if (_ownsLimiter)
        {
            _limiter.Dispose();
        }
    }

    protected override ValueTask DisposeAsyncCore()
    {
        Dispose(disposing: true);
        return base.DisposeAsyncCore();
    }

    private static GrantKind KindOf(Limiter limiter) => limiter switch
    {
        TokenBucket or LeakyBucket or FixedWindow or SlidingWindow => GrantKind.Spent,
        TicketSemaphore => GrantKind.Slots,
        CompositeLimiter composite when composite.Parts.All(static part => KindOf(part) == GrantKind.Spent) => GrantKind.Spent,
        _ => GrantKind.Permit,
    };

    /// <summary>Takes permits without waiting, in turn.</summary>
    private bool TryTake(int permits, [NotNullWhen(true)] out RateLimitLease? lease)
    {
        lease = permits == 0 ? See() : _handsOver && IsBehindLine ? null : Take(permits);
        if (lease is null)
        {
            return false;
        }

        _granted.Increment();
        return true;
    }

    private RateLimitLease? Take(int permits) => _kind switch
    {
        GrantKind.Spent => (permits == 1 ? _limiter.TryAcquire() : _limiter.TryAcquire(permits)) ? _spent : null,
        GrantKind.Slots => (permits == 1 ? _limiter.TryAcquire() : _limiter.TryAcquire(permits)) ? new SlotLease(this, permits) : null,
        _ => _limiter.TryAcquire(out Permit permit, permits) ? new PermitLease(_limiter, permit) : null,
    };

    /// <summary>The question whether anything is left: on the platform those who wait do not matter to that.</summary>
    private GrantedLease? See()
    {
        Decision now = _limiter.Peek();
        return now.Allowed || now.Remaining > 0 ? _spent : null;
    }

    private RefusedLease Refuse(int permits, RefusalReason reason)
    {
        _refused.Increment();
        Decision now = Look(permits);
        return _spare.Refuse(now with
        {
            Reason = reason != RefusalReason.None ? reason : now.Allowed ? RefusalReason.NotEnoughPermits : now.Reason,
        });
    }

    /// <summary>How the limiter stands for somebody who may have come before its limit was lowered.</summary>
    private Decision Look(int permits)
    {
        try
        {
            return _limiter.Peek(permits);
        }
        catch (ArgumentOutOfRangeException)
        {
            // More than can ever be had now: no time helps.
            Decision now = _limiter.Peek();
            return now with
            {
                Allowed = false,
                Reason = RefusalReason.LimitLowered,
                Missing = permits - now.Limit,
                RetryAfter = Timeout.InfiniteTimeSpan,
            };
        }
    }

    /// <summary>When the limiter will be full if nobody asks until then; negative if that does not depend on time.</summary>
    private long FullFrom(in LimiterState state) => state.ResetAfter == Timeout.InfiniteTimeSpan
        ? -1
        : _time.GetTimestamp() + (long)Math.Ceiling(state.ResetAfter.TotalSeconds * _time.TimestampFrequency);

    private void CheckPermits(int permitCount)
    {
        if (Volatile.Read(ref _disposed) || permitCount > _limiter.Limit)
        {
            if (permitCount <= _limiter.Limit)
            {
                ThrowIfDisposed();
            }

            throw new ArgumentOutOfRangeException(
                nameof(permitCount),
                permitCount,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"It must be at most {_limiter.Limit}, the most that {_limiter.Id} can ever grant at once."));
        }
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
}
