using RateSync.Fast.Algorithms;
using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Time;

namespace RateSync.Fast;

/// <summary>A sliding window: at most <c>limit</c> permits in any window of the given length, wherever it is laid.</summary>
/// <remarks><see cref="SlidingWindowOptions.Precision"/> says how that is counted; exactly by default.</remarks>
public sealed class SlidingWindow : Limiter
{
    private readonly ShardedReservoir<WindowReservoir<InterlockedAtomics>, InterlockedAtomics>? _tokens;
    private readonly ShardedReservoir<LogReservoir<InterlockedAtomics>, InterlockedAtomics>? _log;

    /// <summary>Makes an unused window.</summary>
    /// <param name="limit">Permits in any window, from 1; at most 65,536 where they are counted exactly.</param>
    /// <param name="window">Length of the window: at least one tick of the clock, at most 10,000 days.</param>
    /// <param name="options">Everything else; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number out of range, or a limit that the chosen precision cannot count.</exception>
    public SlidingWindow(int limit, TimeSpan window, SlidingWindowOptions? options = null, TimeProvider? timeProvider = null)
        : base(options?.Id)
    {
        options ??= SlidingWindowOptions.Default;
        options.Validate(limit);
        Clock clock = new(timeProvider);
        long ticks = WindowArguments.ToTicks(limit, window, clock);
        long now = clock.Now();
        Window = window;
        Precision = options.Precision;
        if (Precision == SlidingWindowPrecision.Exact)
        {
            _log = Log(limit, ticks, clock, now, options);
            return;
        }

        _tokens = Counters(limit, ticks, clock, now, options);
    }

    /// <summary>Length of the window.</summary>
    public TimeSpan Window { get; }

    /// <summary>How permits are counted.</summary>
    public SlidingWindowPrecision Precision { get; }

    /// <inheritdoc/>
    public override bool TryAcquire() =>
        _tokens is not null ? _tokens.TryTake(ThreadSlot.Current) : _log!.TryTake(ThreadSlot.Current);

    // Two methods, so that a process that uses one of the two does not compile both.
    private ShardedReservoir<LogReservoir<InterlockedAtomics>, InterlockedAtomics> Log(
        int limit, long ticks, in Clock clock, long now, SlidingWindowOptions options)
    {
        ShardedReservoir<LogReservoir<InterlockedAtomics>, InterlockedAtomics> log =
            new(new(limit, ticks, clock, now), clock, options.QueueLimit, options.AllowBarging);
        Use(new RateEngine<LogReservoir<InterlockedAtomics>, InterlockedAtomics>(this, log));
        return log;
    }

    private ShardedReservoir<WindowReservoir<InterlockedAtomics>, InterlockedAtomics> Counters(
        int limit, long ticks, in Clock clock, long now, SlidingWindowOptions options)
    {
        bool interpolate = Precision == SlidingWindowPrecision.Approximate;
        long parts = interpolate ? 1 : Math.Min(options.SubWindows, ticks);
        WindowTerms terms = new(limit, ((ticks - 1) / parts) + 1, (int)parts, interpolate);
        ChunkPlan chunks = WindowArguments.Plan(limit, Window, options.Sharding);
        ShardedReservoir<WindowReservoir<InterlockedAtomics>, InterlockedAtomics> tokens =
            new(new(terms, chunks, clock, now, now), clock, options.QueueLimit, options.AllowBarging);
        Use(new RateEngine<WindowReservoir<InterlockedAtomics>, InterlockedAtomics>(this, tokens));
        return tokens;
    }
}
