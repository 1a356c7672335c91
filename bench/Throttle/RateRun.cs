using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;

namespace RateSync.Fast.Bench.Throttle;

/// <summary>Moves bytes through a throttle as fast as it lets them, and counts them from the moment the burst is used up.</summary>
internal static class RateRun
{
    // What comes in between two ticks of the slowest timer, twice: the burst that the documentation asks for.
    private const double BurstShare = 1.0 / 30;

    public static Deviation Stream(double rate, int call, TimeSpan time)
    {
        using TokenBucket bucket = Make(rate);
        using Stream stream = System.IO.Stream.Null.Throttle(null, bucket);
        byte[] bytes = new byte[call];
        return Measure(rate, time, async () =>
        {
            await stream.WriteAsync(bytes).ConfigureAwait(false);
            return bytes.Length;
        });
    }

    public static Deviation Pipe(double rate, int call, TimeSpan time)
    {
        using TokenBucket bucket = Make(rate);

        // More bytes than the run takes, from one buffer over and over.
        long length = (long)(rate * (time.TotalSeconds + 2));
        PipeReader reader = PipeReader.Create(Repeat(new byte[call], length)).Throttle(bucket);
        return Measure(rate, time, async () =>
        {
            ReadResult result = await reader.ReadAsync().ConfigureAwait(false);
            ReadOnlySequence<byte> shown = result.Buffer.Length > call ? result.Buffer.Slice(0, call) : result.Buffer;
            reader.AdvanceTo(shown.End);
            return (int)shown.Length;
        });
    }

    private static TokenBucket Make(double rate)
    {
        long burst = (long)(rate * BurstShare);
        return new TokenBucket(rate, burst, new TokenBucketOptions { InitialPermits = 0 });
    }

    private static Deviation Measure(double rate, TimeSpan time, Func<ValueTask<int>> move)
    {
        using Process process = Process.GetCurrentProcess();
        return Task.Run(async () =>
        {
            // The first grant begins the count; it has waited for its bytes, so that nothing is saved up.
            await move().ConfigureAwait(false);
            TimeSpan processor = process.TotalProcessorTime;
            long start = Stopwatch.GetTimestamp();
            long bytes = 0;
            TimeSpan elapsed;
            do
            {
                bytes += await move().ConfigureAwait(false);
                elapsed = Stopwatch.GetElapsedTime(start);
            }
            while (elapsed < time);

            process.Refresh();
            return new Deviation(
                bytes / (rate * elapsed.TotalSeconds) - 1, (process.TotalProcessorTime - processor).TotalSeconds / elapsed.TotalSeconds);
        }).GetAwaiter().GetResult();
    }

    private static ReadOnlySequence<byte> Repeat(byte[] bytes, long length)
    {
        Link first = new(bytes, 0);
        Link last = first;
        while (last.RunningIndex + bytes.Length < length)
        {
            last = last.Append(bytes);
        }

        return new ReadOnlySequence<byte>(first, 0, last, bytes.Length);
    }

    private sealed class Link : ReadOnlySequenceSegment<byte>
    {
        public Link(byte[] bytes, long index)
        {
            Memory = bytes;
            RunningIndex = index;
        }

        public Link Append(byte[] bytes)
        {
            Link next = new(bytes, RunningIndex + bytes.Length);
            Next = next;
            return next;
        }
    }
}
