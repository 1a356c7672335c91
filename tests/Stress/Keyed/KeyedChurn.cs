using System.Diagnostics;
using RateSync.Fast.Tests.Stress.Checking;
using RateSync.Fast.Tests.Stress.Recording;
using RateSync.Fast.Tests.Stress.Running;

namespace RateSync.Fast.Tests.Stress.Keyed;

/// <summary>
/// A few busy keys among many that come and go, far more of them than there is room for, while another thread has unused keys forgotten
/// all the time. Every key, busy or not, is held to its own bound.
/// </summary>
internal sealed class KeyedChurn
{
    private const int Busy = 16;

    public required Func<int, bool> TryTake { get; init; }

    public Action<int>? GiveBack { get; init; }

    /// <summary>Forgets unused keys.</summary>
    public Action? Forget { get; init; }

    /// <summary>Checks the calls for one key.</summary>
    public required Func<Call[], BoundReport> Check { get; init; }

    public required int Keys { get; init; }

    public Judgement Run(int threads, TimeSpan length)
    {
        Recorder recorder = new(1_500_000, threads);
        Journal[] journals = [.. Enumerable.Range(0, threads).Select(_ => recorder.Open())];
        long end = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency);
        int asked = 0;
        Team.Run(threads, number =>
        {
            Random random = new(number);
            int mine = 0;
            long start;
            while ((start = Stopwatch.GetTimestamp()) < end)
            {
                if (number == 0 && Forget is not null && random.Next(500) == 0)
                {
                    Forget();
                }

                int key = random.Next(2) == 0 ? random.Next(Busy) : random.Next(Keys);
                mine++;
                start = Stopwatch.GetTimestamp();
                if (!TryTake(key))
                {
                    continue;
                }

                journals[number].EndedNow(start, 1, key);
                if (GiveBack is not null && random.Next(8) == 0)
                {
                    start = Stopwatch.GetTimestamp();
                    GiveBack(key);
                    journals[number].EndedNow(start, -1, key);
                }
            }

            Interlocked.Add(ref asked, mine);
        });
        int keys = 0;
        int grants = 0;
        foreach (IGrouping<int, Call> key in recorder.ToArray().GroupBy(static call => call.Key))
        {
            BoundReport report = Check([.. key]);
            keys++;
            grants += report.Calls;
            if (!report.Holds)
            {
                return Judgement.Violation($"Key {key.Key}: {report}");
            }
        }

        string text = $"{asked} asked, {grants} grants for {keys} keys";
        return recorder.IsFull || keys <= Busy || grants == asked ? Judgement.Inconclusive(text) : Judgement.Pass(text);
    }
}
