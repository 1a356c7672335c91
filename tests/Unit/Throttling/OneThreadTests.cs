using System.Collections.Concurrent;
using System.IO.Pipelines;

namespace RateSync.Fast.Tests.Unit.Throttling;

/// <summary>Callers with a single thread that everything comes back to: they may block it, and nothing waits for it.</summary>
public class OneThreadTests
{
    [Fact]
    public async Task Blocking_calls_on_the_only_thread_come_to_an_end()
    {
        await Bytes.Ends(Run(() =>
        {
            using TokenBucket bucket = new(1e5, 100);
            using Stream stream = new MemoryStream(Bytes.Make(1000)).Throttle(bucket, bucket);
            byte[] all = new byte[1000];
            stream.ReadExactly(all, 0, 500);
#pragma warning disable xUnit1031, VSTHRD002 // Blocking where one should not is what the test is about.
            stream.ReadExactlyAsync(all.AsMemory(500)).AsTask().GetAwaiter().GetResult();
            stream.Position = 0;
            stream.WriteAsync(all).AsTask().GetAwaiter().GetResult();
            Pipe pipe = new(new PipeOptions(useSynchronizationContext: false, pauseWriterThreshold: 0));
            PipeWriter writer = pipe.Writer.Throttle(bucket);
            writer.WriteAsync(all).AsTask().GetAwaiter().GetResult();
            writer.GetSpan(500)[..500].Clear();
            writer.Advance(500);
            writer.Complete();
            using MemoryStream copy = new();
            pipe.Reader.Throttle(bucket).CopyToAsync(copy).GetAwaiter().GetResult();
#pragma warning restore xUnit1031, VSTHRD002
            Assert.Equal([.. Bytes.Make(1000), .. new byte[500]], copy.ToArray());
        }));
    }

    private static Task Run(Action work)
    {
        TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            using OneThread context = new();
            SynchronizationContext.SetSynchronizationContext(context);
            try
            {
                work();
                end.SetResult();
            }
            catch (Exception exception)
            {
                end.SetException(exception);
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
        return end.Task;
    }

    /// <summary>What is posted here never runs, as the thread does not come back for it.</summary>
    private sealed class OneThread : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];

        public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));

        public void Dispose() => _posted.Dispose();
    }
}
