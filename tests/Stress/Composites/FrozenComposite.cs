using RateSync.Fast.Engine;
using RateSync.Fast.Tests.Shared;
using RateSync.Fast.Tests.Stress.Checking;
using RateSync.Fast.Tests.Stress.Running;

namespace RateSync.Fast.Tests.Stress.Composites;

/// <summary>A bucket, a window and slots, whose clock stands still, and callers who use them together and one by one.</summary>
internal sealed class FrozenComposite : IDisposable
{
    private const int Burst = 3_000;
    private const int WindowLimit = 2_600;
    private const int Slots = 6;

    private readonly TokenBucket _bucket;
    private readonly FixedWindow _window;
    private readonly TicketSemaphore _slots = new(Slots);
    private long _together;
    private long _bucketAlone;
    private long _windowAlone;
    private int _refused;
    private int _cancelled;

    public FrozenComposite()
    {
        ManualClock clock = new();
        _bucket = new TokenBucket(1e6, Burst, timeProvider: clock);
        _window = new FixedWindow(WindowLimit, TimeSpan.FromMilliseconds(10), timeProvider: clock);
        All = [_bucket, _window, _slots];
    }

    public Limiter[] All { get; }

    public Judgement Run(ILimiterEngine composite, int threads, int seed)
    {
        Team.Run(threads, number =>
        {
            Random random = new((1_000 * seed) + number);
            List<Task> waits = [];
            for (int i = 0; i < 3_000 / threads; i++)
            {
                Step(composite, random, waits);
            }

            Task.WaitAll(waits);
        });
        long bucket = Burst - _together - _bucketAlone;
        long window = WindowLimit - _together - _windowAlone;
        string text = $"bucket {_bucket.GetState().Remaining} of {bucket}, window {_window.GetState().Remaining} of {window}, slots "
            + $"{_slots.Available} of {Slots}; {_together} granted, {_refused} refused, {_cancelled} cancelled";
        return _bucket.GetState().Remaining != bucket || _window.GetState().Remaining != window || _slots.Available != Slots
            || All.Any(static part => part.GetState().Waiting != 0)
            ? Judgement.Violation(text)
            : _refused == 0 || _cancelled == 0 ? Judgement.Inconclusive(text) : Judgement.Pass(text);
    }

    public void Dispose()
    {
        _bucket.Dispose();
        _window.Dispose();
        _slots.Dispose();
    }

    private void Step(ILimiterEngine composite, Random random, List<Task> waits)
    {
        int permits = random.Next(1, 4);
        int back = random.Next(2) == 0 ? 0 : random.Next(permits + 1);
        switch (random.Next(6))
        {
            case 0:
                Interlocked.Add(ref _bucketAlone, _bucket.TryAcquire(permits) ? permits : 0);
                break;
            case 1:
                Interlocked.Add(ref _windowAlone, _window.TryAcquire(permits) ? permits : 0);
                break;
            case 2:
                // The clock stands still: whoever waits for a rate waits until it gives up.
                CancellationTokenSource cancellation = new();
                waits.Add(WaitAsync(composite, permits, back, cancellation.Token));
                Thread.SpinWait(random.Next(300));
                waits.Add(Task.Run(cancellation.Cancel));
                break;
            default:
                if (composite.TryTake(permits, out Permit permit))
                {
                    waits.Add(UseAsync(permit, back));
                }
                else
                {
                    Interlocked.Increment(ref _refused);
                }

                break;
        }
    }

    private async Task WaitAsync(ILimiterEngine composite, int permits, int back, CancellationToken cancellationToken)
    {
        try
        {
            Permit permit = await composite.AcquireAsync(permits, Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
            await UseAsync(permit, back).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _cancelled);
        }
    }

    private async Task UseAsync(Permit permit, int back)
    {
        // With the slots in hand, so that others are refused by them.
        await Task.Yield();
        permit.Refund(back);
        permit.Dispose();
        Interlocked.Add(ref _together, permit.Permits - back);
    }
}
