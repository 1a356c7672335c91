using System.Buffers;
using System.IO.Pipelines;

namespace RateSync.Fast.Tests.Unit.Throttling;

/// <summary>Reads, writes and flushes are cancelled from another thread at any moment, and every byte arrives once and in order.</summary>
public class CancellationStorm
{
    private const int Length = 200_000;

    [Fact]
    public async Task Cancelled_at_any_moment_no_byte_is_lost_or_doubled()
    {
        byte[] all = Bytes.Make(Length);
        using TokenBucket written = new(2_000_000, 20_000);
        using TokenBucket read = new(2_000_000, 20_000);
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 16_000, resumeWriterThreshold: 8_000, useSynchronizationContext: false));
        PipeWriter writer = pipe.Writer.Throttle(written);
        PipeReader reader = pipe.Reader.Throttle(read);
        using CancellationTokenSource over = new();
        Task canceller = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                writer.CancelPendingFlush();
                reader.CancelPendingRead();
                await Task.Yield();
            }
        });

        Task writing = Task.Run(async () =>
        {
            Random random = new(5);
            for (int at = 0; at < Length;)
            {
                int length = Math.Min(Length - at, random.Next(1, 15_000));
                if (random.Next(2) == 0)
                {
                    await writer.WriteAsync(all.AsMemory(at, length));
                }
                else
                {
                    writer.Write(all.AsSpan(at, length));
                    await CancelledFlushAsync(writer, random.Next(5));
                }

                at += length;
            }

            await writer.CompleteAsync();
        });

        ArrayBufferWriter<byte> arrived = new();
        while (true)
        {
            ReadResult result = await Bytes.Ends(reader.ReadAsync().AsTask());
            foreach (ReadOnlyMemory<byte> part in result.Buffer)
            {
                arrived.Write(part.Span);
            }

            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        await Bytes.Ends(writing);
        await over.CancelAsync();
        await Bytes.Ends(canceller);
        Assert.True(all.AsSpan().SequenceEqual(arrived.WrittenSpan));
    }

    private static async Task CancelledFlushAsync(PipeWriter writer, int milliseconds)
    {
        using CancellationTokenSource source = new(milliseconds);
        try
        {
            await writer.FlushAsync(source.Token);
        }
        catch (OperationCanceledException)
        {
            // The next flush takes it along.
        }
    }
}
