using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Time;

namespace RateSync.Fast;

/// <summary>
/// Several limits at once, all or nothing: 10 a second and 1,000 an hour and 50 at the same time. When one refuses, the others
/// get back exactly what they gave, and the answer names the one that refused and says when to come back.
/// </summary>
/// <remarks>
/// <para>Parts may be shared with other composites and with direct callers. A part that is granted and given back within a call has lent
/// its permits to that call for an instant; a refusal that overlaps it is in order.</para>
/// <para>Waiters stand in the composite's own line, first come, first served. Its head waits in the line of the part that holds it
/// up, and never holds a rate's permits while it waits for another part.</para>
/// </remarks>
public sealed class CompositeLimiter : Limiter
{
    /// <summary>Puts limits together, all of which must grant.</summary>
    /// <param name="parts">One or more limiters; composites too.</param>
    public CompositeLimiter(params Limiter[] parts)
        : this(parts, null)
    {
    }

    /// <summary>Puts limits together.</summary>
    /// <param name="parts">One or more limiters; composites too.</param>
    /// <param name="options">Everything else; null for the defaults.</param>
    /// <param name="timeProvider">The clock for timeouts; null for the system's.</param>
    /// <exception cref="ArgumentNullException">The list, or a part, is null.</exception>
    /// <exception cref="ArgumentException">There are no parts, or one is in the list twice.</exception>
    public CompositeLimiter(IEnumerable<Limiter> parts, CompositeLimiterOptions? options, TimeProvider? timeProvider = null)
        : base(options?.Id)
    {
        ArgumentNullException.ThrowIfNull(parts);
        options ??= CompositeLimiterOptions.Default;
        options.Validate();
        Limiter[] all = [.. parts];
        if (all.Length == 0)
        {
            throw new ArgumentException("A composite needs at least one part.", nameof(parts));
        }

        foreach (Limiter part in all)
        {
            ArgumentNullException.ThrowIfNull(part, nameof(parts));
        }

        if (all.Distinct().Count() != all.Length)
        {
            throw new ArgumentException("A limiter can be a part only once: it would be charged twice.", nameof(parts));
        }

        Parts = all;
        Use(new CompositeEngine<InterlockedAtomics>(this, all, options, new Clock(timeProvider)));
    }

    /// <summary>The parts, in the order given.</summary>
    public IReadOnlyList<Limiter> Parts { get; }

    /// <inheritdoc/>
    public override bool TryAcquire() => Engine.TryTake(1);
}
