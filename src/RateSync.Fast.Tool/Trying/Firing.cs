using System.Diagnostics;
using RateSync.Fast.Tool.Output;

namespace RateSync.Fast.Tool.Trying;

/// <summary>Calls a limiter from several tasks and notes what it answers.</summary>
internal sealed class Firing(Limiter limiter, Shot[] shots)
{
    private int _next = -1;
    private int _done;

    /// <summary>Calls offered a second, by all callers together; null for as fast as it goes.</summary>
    public double? Rate { get; init; }

    /// <summary>Whether callers wait, for as long as the limiter's configuration says.</summary>
    public bool Waits { get; init; }

    /// <summary>How long what was granted is kept.</summary>
    public TimeSpan Hold { get; init; }

    public async Task RunAsync(int callers, Progress progress, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        Task all = Task.WhenAll(Enumerable.Range(0, callers).Select(
            _ => Task.Run(() => CallAsync(start, cancellationToken), CancellationToken.None)));
        while (await Task.WhenAny(all, Task.Delay(100, CancellationToken.None)).ConfigureAwait(false) != all)
        {
            progress.Say(() => Words.Text($"{Volatile.Read(ref _done):N0} of {shots.Length:N0} calls"));
        }

        await all.ConfigureAwait(false);
    }

    private async Task CallAsync(long start, CancellationToken cancellationToken)
    {
        try
        {
            for (int i = Interlocked.Increment(ref _next); i < shots.Length; i = Interlocked.Increment(ref _next))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Rate is { } rate && TimeSpan.FromSeconds(i / rate) - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } early)
                {
                    await Task.Delay(early, cancellationToken).ConfigureAwait(false);
                }

                shots[i] = await CallOnceAsync(cancellationToken).ConfigureAwait(false);
                Interlocked.Increment(ref _done);
            }
        }
        catch (OperationCanceledException)
        {
            // What has been fired until then is the answer.
        }
    }

    private async ValueTask<Shot> CallOnceAsync(CancellationToken cancellationToken)
    {
        long before = Stopwatch.GetTimestamp();
        ValueTask<Decision> answer = Waits ? limiter.AttemptAsync(new AcquireOptions(), cancellationToken) : new(limiter.Attempt());
        bool waited = !answer.IsCompleted;
        Decision decision = await answer.ConfigureAwait(false);
        long after = Stopwatch.GetTimestamp();
        if (!decision.Allowed)
        {
            return new Shot(before, after, 0, Granted: false, waited, decision.Reason);
        }

        if (Hold > TimeSpan.Zero)
        {
            // A grant is noted even if the rest is called off.
            await Task.Delay(Hold, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        long returned = Stopwatch.GetTimestamp();
        await decision.Permit.DisposeAsync().ConfigureAwait(false);
        return new Shot(before, after, returned, Granted: true, waited, RefusalReason.None);
    }
}
