namespace RateSync.Fast;

/// <content>Using limiters by name. Each call costs what the limiter's own costs, plus finding it.</content>
public sealed partial class LimiterRegistry
{
    /// <summary>Waits for a permit, for as long as the limiter's own timeout allows: without one, for as long as it takes.</summary>
    /// <param name="id">The limiter's name.</param>
    /// <param name="cancellationToken">Ends the wait and gives the place in line back.</param>
    /// <returns>
    /// The permit. Dispose it to give concurrency slots back. Completes at once, without allocating, if it is to be had now.
    /// </returns>
    /// <exception cref="LimiterNotFoundException">There is none of that name.</exception>
    /// <exception cref="RateLimitTimeoutException">There was no permit in time, or there could not have been one.</exception>
    /// <exception cref="RateLimitRejectedException">As many callers wait as the limiter's queue limit allows.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public ValueTask<Permit> AcquireAsync(string id, CancellationToken cancellationToken = default) =>
        Find(id).AcquireAsync(cancellationToken);

    /// <summary>Waits for a permit, for a limited time.</summary>
    /// <inheritdoc cref="AcquireAsync(string, CancellationToken)"/>
    /// <param name="id">The limiter's name.</param>
    /// <param name="timeout">
    /// How long to wait at the most, instead of the limiter's own timeout; <see cref="Timeout.InfiniteTimeSpan"/> for ever.
    /// </param>
    /// <param name="cancellationToken">Ends the wait and gives the place in line back.</param>
    public ValueTask<Permit> AcquireAsync(string id, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        Find(id).AcquireAsync(1, timeout, cancellationToken);

    /// <summary>Waits for permits as a caller of some priority, or of some tenant.</summary>
    /// <inheritdoc cref="AcquireAsync(string, CancellationToken)"/>
    /// <param name="id">The limiter's name.</param>
    /// <param name="options">What is asked for and by whom.</param>
    /// <param name="cancellationToken">Ends the wait and gives the place in line back.</param>
    public ValueTask<Permit> AcquireAsync(string id, in AcquireOptions options, CancellationToken cancellationToken = default) =>
        Find(id).AcquireAsync(options, cancellationToken);

    /// <summary>Takes permits, all or none, if they are to be had now. Never waits.</summary>
    /// <param name="id">The limiter's name.</param>
    /// <param name="permits">From 1 to the limit. 0 takes nothing and asks whether one would be granted now.</param>
    /// <returns>Whether they were granted. A concurrency slot is given back by <see cref="Release"/>. Allocates nothing.</returns>
    /// <exception cref="LimiterNotFoundException">There is none of that name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than could ever be granted.</exception>
    public bool TryAcquire(string id, int permits = 1) => permits == 1 ? Find(id).TryAcquire() : Find(id).TryAcquire(permits);

    /// <summary>
    /// Takes permits, all or none, if they are to be had now, as a value that gives concurrency slots back when it is disposed.
    /// </summary>
    /// <param name="id">The limiter's name.</param>
    /// <param name="permit">What was granted; empty if nothing was.</param>
    /// <param name="permits">From 1 to the limit. 0 takes nothing and asks whether one would be granted now.</param>
    /// <returns>Whether they were granted.</returns>
    /// <exception cref="LimiterNotFoundException">There is none of that name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than could ever be granted.</exception>
    public bool TryAcquire(string id, out Permit permit, int permits = 1) => Find(id).TryAcquire(out permit, permits);

    /// <summary>Takes permits if they are to be had now, and says how the limiter stands and, if it refuses, why and until when.</summary>
    /// <param name="id">The limiter's name.</param>
    /// <param name="permits">From 1 to the limit. 0 takes nothing and asks whether one would be granted now.</param>
    /// <returns>The decision with its reasons.</returns>
    /// <exception cref="LimiterNotFoundException">There is none of that name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than could ever be granted.</exception>
    public Decision Attempt(string id, int permits = 1) => Find(id).Attempt(permits);

    /// <summary>As <see cref="Attempt(string, int)"/>, for a caller of some priority.</summary>
    /// <param name="id">The limiter's name.</param>
    /// <param name="options">What is asked for and by whom; nobody waits, so its timeout means nothing.</param>
    /// <returns>The decision with its reasons.</returns>
    /// <exception cref="LimiterNotFoundException">There is none of that name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">More permits than could ever be granted.</exception>
    public Decision Attempt(string id, in AcquireOptions options) => Find(id).Attempt(options);

    /// <summary>What <see cref="Attempt(string, int)"/> would answer now. Takes nothing.</summary>
    /// <param name="id">The limiter's name.</param>
    /// <param name="permits">From 1 to the limit.</param>
    /// <returns>The decision that would be made.</returns>
    /// <exception cref="LimiterNotFoundException">There is none of that name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than could ever be granted.</exception>
    public Decision Check(string id, int permits = 1) => Find(id).Peek(permits);

    /// <summary>What <see cref="AttemptAll"/> would answer now. Takes nothing.</summary>
    /// <param name="ids">Limiters' names.</param>
    /// <returns>What each of them says.</returns>
    /// <exception cref="LimiterNotFoundException">There is none of one of the names.</exception>
    public MultiDecision CheckAll(params ReadOnlySpan<string> ids)
    {
        Decision[] decisions = new Decision[ids.Length];
        int blocked = -1;
        for (int i = 0; i < ids.Length; i++)
        {
            decisions[i] = Find(ids[i]).Peek();
            blocked = blocked < 0 && !decisions[i].Allowed ? i : blocked;
        }

        return new MultiDecision(decisions, blocked);
    }

    /// <summary>Takes one permit of each limiter if all of them have one now, else of none.</summary>
    /// <param name="ids">Limiters' names, each once.</param>
    /// <returns>What each of them says. Dispose it to give concurrency slots back.</returns>
    /// <exception cref="LimiterNotFoundException">There is none of one of the names; nothing was taken.</exception>
    /// <exception cref="ArgumentException">A limiter is named twice.</exception>
    public MultiDecision AttemptAll(params ReadOnlySpan<string> ids)
    {
        Limiter[] limiters = new Limiter[ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            limiters[i] = Find(ids[i]);
            if (Array.IndexOf(limiters, limiters[i]) < i)
            {
                throw new ArgumentException($"'{ids[i]}' is named twice: it would be charged twice.", nameof(ids));
            }
        }

        // Refused without taking anything, if possible.
        MultiDecision now = CheckAll(ids);
        return now.Allowed ? TakeAll(limiters) : now;
    }

    /// <summary>Waits for a permit, does the work, and gives concurrency slots back, whatever comes of the work.</summary>
    /// <param name="id">The limiter's name.</param>
    /// <param name="work">The work; it is given <paramref name="cancellationToken"/>.</param>
    /// <param name="cancellationToken">Ends the wait; whether it ends the work is up to that.</param>
    /// <returns>A task that ends with the work.</returns>
    /// <exception cref="LimiterNotFoundException">There is none of that name.</exception>
    /// <exception cref="RateLimitTimeoutException">There was no permit within the limiter's own timeout, if it has one.</exception>
    public ValueTask InvokeAsync(string id, Func<CancellationToken, ValueTask> work, CancellationToken cancellationToken = default) =>
        Find(id).InvokeAsync(work, cancellationToken);

    /// <inheritdoc cref="InvokeAsync(string, Func{CancellationToken, ValueTask}, CancellationToken)"/>
    /// <typeparam name="T">What the work results in.</typeparam>
    /// <returns>What the work resulted in.</returns>
    public ValueTask<T> InvokeAsync<T>(string id, Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken = default) =>
        Find(id).InvokeAsync(work, cancellationToken);

    /// <summary>
    /// Gives concurrency slots back that were taken by <see cref="TryAcquire(string, int)"/>. A <see cref="Permit"/> is disposed instead.
    /// </summary>
    /// <param name="id">The limiter's name.</param>
    /// <param name="permits">How many, 1 or more. A limiter with a rate as well gives one slot to a call, whatever it asks for.</param>
    /// <exception cref="LimiterNotFoundException">There is none of that name.</exception>
    /// <exception cref="SemaphoreFullException">More slots were given back than had been taken.</exception>
    public void Release(string id, int permits = 1) => Find(id).Release(permits);

    private static MultiDecision TakeAll(Limiter[] limiters)
    {
        Decision[] decisions = new Decision[limiters.Length];
        int blocked = -1;
        try
        {
            // What can be given back without a trace first. Looked up once: a limiter that becomes another one meanwhile is still taken
            // once.
            bool[] slots = Array.ConvertAll(limiters, static limiter => limiter.Engine.HasSlots);
            blocked = TakeAll(limiters, decisions, slots, first: true);
            blocked = blocked < 0 ? TakeAll(limiters, decisions, slots, first: false) : blocked;
        }
        catch
        {
            UndoAll(limiters, decisions);
            throw;
        }

        if (blocked < 0)
        {
            return new MultiDecision(decisions, -1);
        }

        UndoAll(limiters, decisions);
        for (int i = 0; i < limiters.Length; i++)
        {
            decisions[i] = i == blocked ? decisions[i] : limiters[i].Peek();
        }

        return new MultiDecision(decisions, blocked);
    }

    private static int TakeAll(Limiter[] limiters, Decision[] decisions, bool[] slots, bool first)
    {
        for (int i = 0; i < limiters.Length; i++)
        {
            if (slots[i] == first)
            {
                decisions[i] = limiters[i].Attempt();
                if (!decisions[i].Allowed)
                {
                    return i;
                }
            }
        }

        return -1;
    }

    private static void UndoAll(Limiter[] limiters, Decision[] decisions)
    {
        for (int i = 0; i < limiters.Length; i++)
        {
            if (decisions[i].Allowed && decisions[i].Permit.Engine is { } engine)
            {
                engine.Undo(decisions[i].Permit);
            }
        }
    }
}
