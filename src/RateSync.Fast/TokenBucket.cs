using RateSync.Fast.Algorithms;
using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Time;

namespace RateSync.Fast;

/// <summary>
/// A token bucket: permits come in at a steady rate, and up to a burst of them is saved while nobody asks. Over every
/// interval of length d it grants at most <c>burst + rate * d</c> permits, however many threads ask at once.
/// </summary>
/// <remarks>
/// <para>The generic cell rate algorithm (ITU-T I.371) on one 64-bit word. Where burst and rate are large enough to be split, threads
/// keep a few tokens of their own, which count against the burst until they are spent: a grant then costs a nanosecond or two and reads no
/// clock. See <see cref="Limiter.DeclaredShortfall"/> for what that costs a lone caller.</para>
/// <para>The rate is kept as an exact fraction, never above the one asked for.</para>
/// </remarks>
public sealed class TokenBucket : Limiter
{
    // The mutable core of it all; a field of its own so that the hot path goes there directly.
    private readonly ShardedReservoir<GcraReservoir<InterlockedAtomics>, InterlockedAtomics> _tokens;

    /// <summary>Makes a full bucket.</summary>
    /// <param name="ratePerSecond">Permits per second, from 1e-9 to 1e9; fractions are fine.</param>
    /// <param name="burst">Permits that a full bucket holds, from 1 to 2^40. 1 spaces grants evenly.</param>
    /// <param name="options">Everything else; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number out of range, or a rate and a burst that no word can hold together.
    /// </exception>
    public TokenBucket(double ratePerSecond, long burst, TokenBucketOptions? options = null, TimeProvider? timeProvider = null)
        : base(options?.Id)
    {
        options ??= TokenBucketOptions.Default;
        options.Validate(burst);
        Clock clock = new(timeProvider);
        RateScale scale = RateScale.Create(ratePerSecond, burst, clock.Frequency);
        long now = clock.Now();
        WarmUp? warmUp = options.WarmUp > TimeSpan.Zero
            ? MakeWarmUp(options, clock, now)
            : null;
        ChunkPlan chunks = options.Sharding == Sharding.Auto
            ? ChunkPlan.For(ratePerSecond, burst, Environment.ProcessorCount)
            : ChunkPlan.None;
        long initial = options.InitialPermits ?? (warmUp is null ? burst : 1);
        _tokens = new(new(scale, chunks, clock, now, initial, warmUp), clock, options.QueueLimit, options.AllowBarging);
        Use(new RateEngine<GcraReservoir<InterlockedAtomics>, InterlockedAtomics>(this, _tokens));
        RatePerSecond = ratePerSecond;
    }

    /// <summary>Permits per second, as asked for.</summary>
    public double RatePerSecond { get; }

    /// <summary>Permits that a full bucket holds.</summary>
    public long Burst => Limit;

    internal ShardedReservoir<GcraReservoir<InterlockedAtomics>, InterlockedAtomics> Tokens => _tokens;

    /// <inheritdoc/>
    public override bool TryAcquire() => _tokens.TryTake(ThreadSlot.Current);

    private static WarmUp MakeWarmUp(TokenBucketOptions options, in Clock clock, long now) =>
        new(new WarmUpCurve(Math.Max(1, clock.ToTicks(options.WarmUp)), options.ColdFactor), now);
}
