using RateSync.Fast.State;

namespace RateSync.Fast.Named;

/// <summary>
/// What a named limiter does at present. Never changed after it was published: a change publishes another one.
/// </summary>
internal sealed class NamedPlan : ChangeablePlan
{
    private const int GenerationShift = 52;
    private const int Generations = 2046;

    /// <summary>What it was made from.</summary>
    public required LimiterOptions Options { get; init; }

    /// <summary>The part that limits a rate; null without.</summary>
    public Limiter? Rate { get; init; }

    /// <summary>The part that limits how much goes on at once; null without.</summary>
    public TicketSemaphore? Slots { get; init; }

    /// <summary>Other named limiters as one; then there are no parts of its own.</summary>
    public CompositeLimiter? Composite { get; init; }

    /// <summary>Makes the exception for each use of a limiter whose store is not to be had; null when it is.</summary>
    public Func<Exception>? Unavailable { get; init; }

    /// <summary>Permits of the rate that calls of each priority must leave; null when all may use everything.</summary>
    public long[]? RateKeeps { get; init; }

    /// <summary>Slots that calls of each priority must leave.</summary>
    public long[]? SlotKeeps { get; init; }

    /// <summary>
    /// Goes up when the rate's part does not know any more where permits of the part before it were booked: those cannot be refunded.
    /// </summary>
    public int Generation { get; init; }

    /// <summary>
    /// The part that a plain call may go to without an era; null when there is more to do than that, or when the part's words do not say by
    /// themselves that it is not to be used any more.
    /// </summary>
    public Limiter? Direct { get; init; }

    /// <summary>The most permits that can be granted at once.</summary>
    public long Limit { get; init; }

    /// <summary>What the rate is called where there are slots as well.</summary>
    public string RateName { get; init; } = "";

    /// <summary>What the slots are called where there is a rate as well.</summary>
    public string SlotsName { get; init; } = "";

    /// <summary>
    /// A booking with the generation in which it holds; 0 for one that is too large to be told apart, and so is never refunded.
    /// </summary>
    public long Stamp(long booking) =>
        booking >> GenerationShift == 0 ? ((long)((Generation % Generations) + 1) << GenerationShift) | booking : 0;

    /// <summary>The booking in a stamp; false if it does not hold any more.</summary>
    public bool TryGetBooking(long stamp, out long booking)
    {
        booking = stamp & ((1L << GenerationShift) - 1);
        return stamp >> GenerationShift == (Generation % Generations) + 1;
    }

    /// <summary>Slots that a call takes: one along with a rate, else as many as it asks for.</summary>
    public int SlotsFor(int permits) => Rate is null ? permits : 1;

    /// <summary>What a call of that priority must leave of the rate.</summary>
    public long RateKeep(Priority priority) => RateKeeps is null ? 0 : RateKeeps[Index(priority)];

    /// <summary>What a call of that priority must leave of the slots.</summary>
    public long SlotKeep(Priority priority) => SlotKeeps is null ? 0 : SlotKeeps[Index(priority)];

    /// <summary>The most permits that a call of that priority can ever be granted at once.</summary>
    public long MostFor(Priority priority) => (Composite?.Engine.Limit ?? Limit) - (Rate is null ? SlotKeep(priority) : RateKeep(priority));

    /// <summary>Priorities as array indexes.</summary>
    public static int Index(Priority priority) => (int)priority - (int)Priority.Low;

    /// <summary>How many priorities there are.</summary>
    public const int Priorities = (int)Priority.Critical - (int)Priority.Low + 1;
}
