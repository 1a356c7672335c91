using System.Diagnostics;
using RateSync.Fast.Tests.Stress.Checking;
using RateSync.Fast.Tests.Stress.Running;

namespace RateSync.Fast.Tests.Stress.Semaphores;

/// <summary>
/// Many callers for one slot. Whoever's call had returned, with the slot or a place in line, before another's began must have the
/// slot first.
/// </summary>
internal sealed class FifoQueue(ISemaphoreSubject semaphore)
{
    private const int InLine = 40;

    private readonly List<(long CallStart, long CallEnd)> _served = [];

    public Judgement Run(int threads, int rounds)
    {
        Team.Run(threads, _ =>
        {
            List<Task> waits = [];
            for (int round = 0; round < rounds; round++)
            {
                for (int i = 0; i < InLine; i++)
                {
                    long start = Stopwatch.GetTimestamp();
                    ValueTask<IDisposable> place = semaphore.EnterAsync(1, Timeout.InfiniteTimeSpan, default);
                    waits.Add(ServeAsync(place, start, Stopwatch.GetTimestamp()));
                }

                Task.WaitAll(waits);
                waits.Clear();
            }
        });
        long latestStart = 0;
        for (int i = 0; i < _served.Count; i++)
        {
            if (_served[i].CallEnd < latestStart)
            {
                return Judgement.Violation($"The {i}th to be served stood in line before one who was served earlier was called.");
            }

            latestStart = Math.Max(latestStart, _served[i].CallStart);
        }

        return _served.Count == threads * rounds * InLine
            ? Judgement.Pass($"{_served.Count} served in order")
            : Judgement.Violation($"{_served.Count} served: the slot was had twice at a time.");
    }

    private async Task ServeAsync(ValueTask<IDisposable> place, long start, long end)
    {
        using IDisposable slot = await place.ConfigureAwait(false);

        // No lock: only who has the slot gets here.
        _served.Add((start, end));

        // Long enough for a line to form.
        await Task.Yield();
        Thread.SpinWait(50);
    }
}
