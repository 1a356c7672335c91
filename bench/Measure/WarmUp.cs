using System.Diagnostics;

namespace RateSync.Fast.Bench.Measure;

/// <summary>
/// Brings everything that is to be measured to the state in which a program has been running for a while: loops and what they
/// call compiled at the last tier, with the profile of all of them together.
/// </summary>
internal static class WarmUp
{
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_batch = TimeSpan.FromMicroseconds(30);

    /// <summary>Runs the contenders in turns until no method has been compiled for a while.</summary>
    public static void Run(Crew crew, IReadOnlyCollection<Contender> contenders)
    {
        using JitWatch watch = new();
        watch.Start();
        long begin = Stopwatch.GetTimestamp();
        do
        {
            foreach (Contender contender in contenders)
            {
                crew.Run(contender.Workload, contender.Threads, s_turn);
            }

            // The compiler's background thread needs a core, too, and begins its work only after a pause.
            Thread.Sleep(10);
        }
        while ((watch.Quiet < s_quiet || contenders.Any(static c => !JitWatch.IsTier1(c.Workload.LoopName)))
            && Stopwatch.GetElapsedTime(begin) < s_patience);

        watch.Stop();
        foreach (Contender contender in contenders)
        {
            SetBatch(crew, contender);
        }
    }

    private static void SetBatch(Crew crew, Contender contender)
    {
        Slice slice = crew.Run(contender.Workload, 1, TimeSpan.FromMilliseconds(2));
        contender.Workload.Batch = (int)Math.Clamp(s_batch.TotalNanoseconds / slice.Nanoseconds, 16, 1 << 16);
    }
}
