using RateSync.Fast.Algorithms;
using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Time;

namespace RateSync.Fast;

/// <summary>
/// A fixed window: at most <c>limit</c> permits in each window, windows following each other without a gap.
/// </summary>
/// <remarks>
/// Simple and cheap, with the known drawback: up to twice the limit can pass around the border between two windows. Take
/// <see cref="SlidingWindow"/> where that matters.
/// </remarks>
public sealed class FixedWindow : Limiter
{
    private readonly ShardedReservoir<WindowReservoir<InterlockedAtomics>, InterlockedAtomics> _tokens;

    /// <summary>Makes an unused window.</summary>
    /// <param name="limit">Permits per window, from 1.</param>
    /// <param name="window">Length of a window: at least one tick of the clock, at most 10,000 days.</param>
    /// <param name="options">Everything else; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number out of range.</exception>
    public FixedWindow(int limit, TimeSpan window, FixedWindowOptions? options = null, TimeProvider? timeProvider = null)
        : base(options?.Id)
    {
        options ??= FixedWindowOptions.Default;
        options.Validate();
        Clock clock = new(timeProvider);
        long ticks = WindowArguments.ToTicks(limit, window, clock);
        long now = clock.Now();
        long? start = options.Alignment == WindowAlignment.Epoch
            ? now - clock.ToTicks(new TimeSpan((clock.Provider.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks % window.Ticks))
            : null;
        WindowTerms terms = new(limit, ticks, Older: 0, Interpolate: false);
        ChunkPlan chunks = WindowArguments.Plan(limit, window, options.Sharding);
        _tokens = new(new(terms, chunks, clock, now, start, aligned: start is not null), clock, options.QueueLimit, options.AllowBarging);
        Use(new RateEngine<WindowReservoir<InterlockedAtomics>, InterlockedAtomics>(this, _tokens));
        Window = window;
    }

    /// <summary>Length of a window.</summary>
    public TimeSpan Window { get; }

    /// <inheritdoc/>
    public override bool TryAcquire() => _tokens.TryTake(ThreadSlot.Current);
}
