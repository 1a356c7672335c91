using RateSync.Fast.Tests.Stress.Checking;
using RateSync.Fast.Tests.Stress.Running;

namespace RateSync.Fast.Tests.Stress.Semaphores;

/// <summary>
/// Threads that enter and leave in every way there is: at once or waiting, blocked or by continuation, for one slot or several, with
/// cancellations and timeouts, and that give a permit back from two threads at the same time.
/// </summary>
internal sealed class Crowd(ISemaphoreSubject semaphore, TimeSpan length)
{
    private int _inside;
    private int _most;
    private int _entered;
    private int _leftWaiting;

    public Judgement Run(int threads, int mostSlots)
    {
        long end = Environment.TickCount64 + (long)length.TotalMilliseconds;
        Team.Run(threads, number =>
        {
            Random random = new(number);
            List<Task> under = [];
            while (Environment.TickCount64 < end)
            {
                Step(random, random.Next(1, mostSlots + 1), under);
                if (under.Count >= 20)
                {
                    Task.WaitAll(under);
                    under.Clear();
                }
            }

            Task.WaitAll(under);
        });
        string text = $"at most {_most} of {semaphore.Max} inside, {_entered} entered, {_leftWaiting} gave up waiting";
        return _most > semaphore.Max || semaphore.Available != semaphore.Max || Volatile.Read(ref _inside) != 0
            ? Judgement.Violation($"{text}; {semaphore.Available} free at the end, of {semaphore.Max}")
            : _entered < 1_000 || _leftWaiting == 0 ? Judgement.Inconclusive(text) : Judgement.Pass(text);
    }

    private void Step(Random random, int slots, List<Task> under)
    {
        int stay = random.Next(100);
        switch (random.Next(5))
        {
            case 0:
            case 1:
                if (semaphore.TryEnter(slots) is { } permit)
                {
                    under.Add(StayAsync(permit, slots, stay, twice: false));
                }

                break;
            case 2:
                // A thread that blocks.
                WaitAsync(slots, TimeSpan.FromMilliseconds(random.Next(1, 3)), stay, twice: false, default).GetAwaiter().GetResult();
                break;
            case 3:
                under.Add(WaitAsync(slots, Timeout.InfiniteTimeSpan, stay, random.Next(4) == 0, default));
                break;
            default:
                CancellationTokenSource cancellation = new();
                under.Add(WaitAsync(slots, Timeout.InfiniteTimeSpan, stay, twice: false, cancellation.Token));
                Thread.SpinWait(random.Next(200));
                under.Add(Task.Run(cancellation.Cancel));
                break;
        }
    }

    private async Task WaitAsync(int slots, TimeSpan timeout, int stay, bool twice, CancellationToken cancellationToken)
    {
        IDisposable permit;
        try
        {
            permit = await semaphore.EnterAsync(slots, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException or RateLimitTimeoutException)
        {
            Interlocked.Increment(ref _leftWaiting);
            return;
        }

        await StayAsync(permit, slots, stay, twice).ConfigureAwait(false);
    }

    private async Task StayAsync(IDisposable permit, int slots, int stay, bool twice)
    {
        // Counted after entering and before leaving: never more than there really are.
        int inside = Interlocked.Add(ref _inside, slots);
        Interlocked.Increment(ref _entered);
        int most = Volatile.Read(ref _most);
        while (inside > most && Interlocked.CompareExchange(ref _most, inside, most) != most)
        {
            most = Volatile.Read(ref _most);
        }

        // Some stay long enough for others to have to wait.
        if (stay < 5)
        {
            await Task.Delay(1).ConfigureAwait(false);
        }
        else if (stay < 50)
        {
            await Task.Yield();
        }

        Interlocked.Add(ref _inside, -slots);
        if (twice)
        {
            Task other = Task.Run(permit.Dispose);
            permit.Dispose();
            await other.ConfigureAwait(false);
        }

        permit.Dispose();
    }
}
