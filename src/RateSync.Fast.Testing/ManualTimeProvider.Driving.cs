using System.Diagnostics;
using System.Globalization;

#pragma warning disable VSTHRD003 // The task is the caller's: to see it through is what this is for. Nothing here needs a thread of the caller's.

namespace RateSync.Fast.Testing;

// The task is the caller's, whatever it is and wherever it runs; nothing here needs the caller's thread.
#pragma warning disable VSTHRD003

/// <content>Driving code that waits several times in a row.</content>
public sealed partial class ManualTimeProvider
{
    /// <summary>
    /// Nothing has used the clock for so many looks, a millisecond apart: whoever was woken has most likely come to his next wait.
    /// </summary>
    private const int QuietLooks = 3;

    private static readonly TimeSpan s_defaultLimit = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Moves the clock from one due timer to the next until a task is complete: for code that waits several times in a row, where one
    /// <see cref="Advance"/> would be over before the second wait has begun.
    /// </summary>
    /// <param name="task">What is to be completed. What it throws comes out of here.</param>
    /// <param name="limit">How far the clock may be moved for that; null for an hour.</param>
    /// <returns>A task that ends with the other one.</returns>
    /// <remarks>
    /// The clock stands still while no timer is set, and never moves further than to the next one. So a single line of waits takes exactly
    /// the clock's time that it needs. Where other timers are set meanwhile, they are not fired before nothing has used the clock for some
    /// milliseconds of real time; code that computes for longer than that between two waits may then find that it is later than it had to
    /// be. Nobody else may move the clock until this is done.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    /// <exception cref="LimiterAssertionException">
    /// The task is not complete when the limit is reached, or it waits for something that is not a timer of this clock: none is set, and in
    /// half a minute of real time nobody has used the clock.
    /// </exception>
    public Task AdvanceUntilAsync(Task task, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        return AdvanceUntilAsync(task, Checked(limit), s_patience);
    }

    /// <inheritdoc cref="AdvanceUntilAsync(Task, TimeSpan?)"/>
    /// <typeparam name="T">What the task gives.</typeparam>
    public async Task<T> AdvanceUntilAsync<T>(Task<T> task, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        await AdvanceUntilAsync(task, Checked(limit), s_patience).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    /// <param name="task">What is to be completed.</param>
    /// <param name="limit">How far the clock may be moved.</param>
    /// <param name="patience">For how long, in real time, nothing may happen while no timer is set.</param>
    internal async Task AdvanceUntilAsync(Task task, TimeSpan limit, TimeSpan patience)
    {
        TimeSpan last = Elapsed + limit;
        while (await HasTimerAsync(task, patience).ConfigureAwait(false))
        {
            if (StepToNext(last) is { } step)
            {
                Advance(step);
            }
            else
            {
                throw new LimiterAssertionException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The task is not complete: the clock was to be moved by {limit.TotalSeconds} s at the most, and its next timer is due after that."));
            }
        }

        await task.ConfigureAwait(false);
    }

    private static TimeSpan Checked(TimeSpan? limit)
    {
        if (limit < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "It must be zero or more.");
        }

        return limit ?? s_defaultLimit;
    }

    /// <summary>Waits in real time until a timer is set and nobody uses the clock; false if the task is complete.</summary>
    private async Task<bool> HasTimerAsync(Task task, TimeSpan patience)
    {
        long seen = -1;
        long since = 0;
        int quiet = 0;
        while (!task.IsCompleted)
        {
            (long uses, bool isSet) = Look();
            if (uses != seen)
            {
                (seen, since, quiet) = (uses, Stopwatch.GetTimestamp(), 0);
            }
            else if (isSet && ++quiet >= QuietLooks)
            {
                return true;
            }
            else if (!isSet && Stopwatch.GetElapsedTime(since) >= patience)
            {
                throw new LimiterAssertionException(
                    "The task is not complete, and no timer of the clock is set: it waits for something else, such as another clock, or slots "
                    + "that somebody has to give back.");
            }

            await Task.WhenAny(task, Task.Delay(1)).ConfigureAwait(false);
        }

        return false;
    }

    private (long Uses, bool IsSet) Look()
    {
        lock (_gate)
        {
            return (_uses, _timers.Exists(static timer => timer.DueAt is not null));
        }
    }

    /// <summary>How far it is to the next timer; null if that is beyond the last time. Nothing if there is none any more.</summary>
    private TimeSpan? StepToNext(TimeSpan last)
    {
        lock (_gate)
        {
            long? next = _timers.Min(static timer => timer.DueAt);
            return next is not { } due ? TimeSpan.Zero
                : due <= last.Ticks ? TimeSpan.FromTicks(Math.Max(0, due - _now))
                : null;
        }
    }
}
