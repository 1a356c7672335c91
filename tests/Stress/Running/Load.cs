using System.Diagnostics;
using RateSync.Fast.Tests.Stress.Recording;

namespace RateSync.Fast.Tests.Stress.Running;

/// <summary>Threads that ask a limiter for permits for some time, and write down what they got and when.</summary>
internal sealed record Load
{
    /// <summary>Tells how many permits were granted of so many asked for: all or none.</summary>
    public required Func<int, bool> TryTake { get; init; }

    /// <summary>Gives back; null where that cannot be.</summary>
    public Action<int>? GiveBack { get; init; }

    public required int Threads { get; init; }

    public required TimeSpan Length { get; init; }

    public Demand Demand { get; init; }

    /// <summary>Permits asked for at a time: from 1 to this.</summary>
    public int MostAtATime { get; init; } = 1;

    /// <summary>Room for records.</summary>
    public required int MostCalls { get; init; }

    /// <summary>Gaps shorter than this do no harm.</summary>
    public required long ShortestAbsence { get; init; }

    public LoadResult Run()
    {
        Recorder recorder = new(MostCalls, Threads);
        AbsenceLog[] logs = new AbsenceLog[Threads];
        Journal[] journals = new Journal[Threads];
        for (int i = 0; i < Threads; i++)
        {
            logs[i] = new AbsenceLog(ShortestAbsence);
            journals[i] = recorder.Open();
        }

        long start = 0;
        long end = Stopwatch.GetTimestamp() + (long)(Length.TotalSeconds * Stopwatch.Frequency);
        Team.Run(Threads, number =>
        {
            Interlocked.CompareExchange(ref start, Stopwatch.GetTimestamp(), 0);
            Random random = new(number);
            while (Stopwatch.GetTimestamp() < end)
            {
                // So many calls in a row, a few of which fail when the demand comes in bursts.
                int calls = random.Next(1, 4_000);
                if (Demand == Demand.Bursty)
                {
                    Thread.Sleep(random.Next(0, 12));
                }

                AskInARow(journals[number], logs[number], random, calls, end);
            }
        });
        return new LoadResult
        {
            Calls = recorder.ToArray(),
            IsComplete = !recorder.IsFull,
            Ticks = end - start,
            Away = Demand == Demand.Bursty ? 0 : AbsenceLog.Joint(logs, start, end),
            Permits = journals.Sum(static journal => journal.Permits),
        };
    }

    private void AskInARow(Journal journal, AbsenceLog log, Random random, int calls, long end)
    {
        for (int i = 0; i < calls; i++)
        {
            int permits = MostAtATime == 1 ? 1 : random.Next(1, MostAtATime + 1);
            long before = Stopwatch.GetTimestamp();
            if (before >= end)
            {
                return;
            }

            log.Calls(before);
            if (!TryTake(permits))
            {
                continue;
            }

            journal.EndedNow(before, permits);
            if (GiveBack is not null && random.Next(4) == 0)
            {
                before = Stopwatch.GetTimestamp();
                GiveBack(permits);
                journal.EndedNow(before, -permits);
            }
        }
    }
}
