using System.Buffers;
using System.IO.Pipelines;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Throttling;

/// <summary>A throttled writer flushes bytes when they are paid for, and is otherwise the writer underneath.</summary>
public class PipeWriterTests
{
    private readonly ManualClock _clock = new();
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));

    [Fact]
    public async Task A_write_larger_than_the_burst_comes_through_in_pieces_to_the_nanosecond()
    {
        using TokenBucket bucket = new(1000, 200, timeProvider: _clock);
        PipeWriter writer = _pipe.Writer.Throttle(bucket);
        Task<FlushResult> write = writer.WriteAsync(Bytes.Make(1000)).AsTask();
        await CheckArrivalsAsync(write, bucket);
    }

    [Fact]
    public async Task What_is_written_into_its_memory_before_one_flush_comes_through_in_pieces_too()
    {
        using TokenBucket bucket = new(1000, 200, timeProvider: _clock);
        PipeWriter writer = _pipe.Writer.Throttle(bucket);
        byte[] bytes = Bytes.Make(1000);
        for (int at = 0; at < 1000;)
        {
            int length = Math.Min(1000 - at, at % 3 == 0 ? 7 : 130);
            Memory<byte> memory = writer.GetMemory(length);
            Assert.InRange(memory.Length, length, int.MaxValue);
            bytes.AsMemory(at, length).CopyTo(memory);
            writer.Advance(length);
            at += length;
            Assert.Equal(at, writer.UnflushedBytes);
        }

        await CheckArrivalsAsync(writer.FlushAsync().AsTask(), bucket);
        Assert.Equal(0, writer.UnflushedBytes);
    }

    [Fact]
    public async Task Small_writes_go_straight_through()
    {
        using TokenBucket bucket = new(1, 100, timeProvider: _clock);
        PipeWriter writer = _pipe.Writer.Throttle(bucket);
        Assert.True(writer.CanGetUnflushedBytes);
        writer.Write(Bytes.Make(10));
        Assert.Equal(10, _pipe.Writer.UnflushedBytes);
        Assert.Equal(100, bucket.GetState().Remaining);
        Bytes.Now(writer.FlushAsync());
        Bytes.Now(writer.WriteAsync(Bytes.Make(5)));
        Assert.Equal(85, bucket.GetState().Remaining);
        Assert.Equal(15, (await _pipe.Reader.ReadAsync()).Buffer.Length);
    }

    [Fact]
    public void More_than_was_handed_out_cannot_be_written()
    {
        using TokenBucket bucket = new(1, 100, timeProvider: _clock);
        PipeWriter writer = _pipe.Writer.Throttle(bucket);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(1));
        int room = writer.GetSpan().Length;
        Assert.Equal(50, room);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(51));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(-1));
        writer.Advance(50);
        Assert.InRange(writer.GetMemory(1000).Length, 1000, int.MaxValue);
    }

    [Fact]
    public async Task A_flush_cancelled_by_its_token_leaves_the_bytes_to_the_next()
    {
        using TokenBucket bucket = new(10, 10, timeProvider: _clock);
        PipeWriter writer = _pipe.Writer.Throttle(bucket);
        using CancellationTokenSource source = new();
        Task<FlushResult> write = writer.WriteAsync(Bytes.Make(23), source.Token).AsTask();
        Assert.False(write.IsCompleted);
        await source.CancelAsync();
        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bytes.Ends(write));
        Assert.Equal(source.Token, exception.CancellationToken);
        Assert.Equal(0, bucket.GetState().Waiting);
        Assert.Equal(10, Arrived());
        Assert.Equal(13, writer.UnflushedBytes);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await writer.WriteAsync(new byte[1], source.Token));
        Assert.Equal(13, writer.UnflushedBytes);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Task<FlushResult> flush = writer.FlushAsync().AsTask();
        _clock.Advance(TimeSpan.FromMilliseconds(299));
        Assert.False(flush.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False((await Bytes.Ends(flush)).IsCanceled);
        await CheckContentAsync(23);
    }

    [Fact]
    public async Task CancelPendingFlush_ends_a_wait_for_the_limiter_once()
    {
        using TokenBucket bucket = new(10, 10, timeProvider: _clock);
        PipeWriter writer = _pipe.Writer.Throttle(bucket);
        Task<FlushResult> write = writer.WriteAsync(Bytes.Make(14)).AsTask();
        Assert.False(write.IsCompleted);
        writer.CancelPendingFlush();
        Assert.True((await Bytes.Ends(write)).IsCanceled);
        Assert.Equal(10, Arrived());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(Bytes.Now(writer.FlushAsync()).IsCanceled);
        await CheckContentAsync(14);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(12)]
    public async Task CancelPendingFlush_without_a_flush_ends_the_next_one_and_no_other(int length)
    {
        using TokenBucket bucket = new(1, 30, timeProvider: _clock);
        PipeWriter writer = _pipe.Writer.Throttle(bucket);
        writer.Write(Bytes.Make(length));
        writer.CancelPendingFlush();
        Assert.True((await Bytes.Ends(writer.FlushAsync().AsTask())).IsCanceled);
        Assert.Equal(30, bucket.GetState().Remaining);
        Assert.False((await Bytes.Ends(writer.FlushAsync().AsTask())).IsCanceled);
        Assert.Equal(30 - length, bucket.GetState().Remaining);
        await CheckContentAsync(length);
    }

    [Fact]
    public async Task Back_pressure_of_the_pipe_and_its_cancellation_stay()
    {
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 10, resumeWriterThreshold: 5, useSynchronizationContext: false));
        using TokenBucket bucket = new(1, 100, timeProvider: _clock);
        PipeWriter writer = pipe.Writer.Throttle(bucket);
        Task<FlushResult> write = writer.WriteAsync(Bytes.Make(20)).AsTask();
        Assert.False(write.IsCompleted);
        writer.CancelPendingFlush();
        Assert.True((await Bytes.Ends(write)).IsCanceled);
        write = writer.WriteAsync(Bytes.Make(1)).AsTask();
        Assert.False(write.IsCompleted);
        ReadResult read = await pipe.Reader.ReadAsync();
        Assert.Equal(21, read.Buffer.Length);
        pipe.Reader.AdvanceTo(read.Buffer.End);
        Assert.False((await Bytes.Ends(write)).IsCanceled);
    }

    [Fact]
    public async Task A_reader_that_has_gone_ends_the_writing()
    {
        using TokenBucket bucket = new(1000, 10, timeProvider: _clock);
        PipeWriter writer = _pipe.Writer.Throttle(bucket);
        Task<FlushResult> write = writer.WriteAsync(Bytes.Make(1000)).AsTask();
        await _pipe.Reader.CompleteAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(5));
        Assert.True((await Bytes.Ends(write)).IsCompleted);
        Assert.Equal(0, writer.UnflushedBytes);
    }

    [Fact]
    public async Task Completion_pays_for_what_was_not_flushed()
    {
        using TokenBucket bucket = new(1000, 10, timeProvider: _clock);
        PipeWriter writer = _pipe.Writer.Throttle(bucket);
        writer.Write(Bytes.Make(17));
        Task completion = writer.CompleteAsync().AsTask();
        _clock.Advance(6_999_999L);
        Assert.False(completion.IsCompleted);
        _clock.Advance(1L);
        await Bytes.Ends(completion);
        ReadResult result = await _pipe.Reader.ReadAsync();
        Assert.Equal((17, true), (result.Buffer.Length, result.IsCompleted));
    }

    [Fact]
    public async Task Synchronous_completion_blocks_until_that_is_paid_for()
    {
        using TokenBucket bucket = new(1000, 10, timeProvider: _clock);
        PipeWriter writer = _pipe.Writer.Throttle(bucket);
        writer.Write(Bytes.Make(15));
        Task completion = Task.Run(() => writer.Complete());
        while (bucket.GetState().Waiting == 0)
        {
            await Task.Yield();
        }

        Assert.False(completion.IsCompleted);

        // More than once: it may have joined the line and not yet set its timer.
        while (!completion.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(5));
            await Task.Yield();
        }

        await completion;
        Assert.Equal(15, (await _pipe.Reader.ReadAsync()).Buffer.Length);
    }

    [Fact]
    public async Task Completion_with_an_error_pays_for_nothing_and_shows_the_error()
    {
        using TokenBucket bucket = new(1, 10, timeProvider: _clock);
        PipeWriter writer = _pipe.Writer.Throttle(bucket);
        writer.Write(Bytes.Make(100));
        await writer.CompleteAsync(new InvalidDataException("broken"));
        Assert.Equal(10, bucket.GetState().Remaining);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await _pipe.Reader.ReadAsync());
    }

    [Fact]
    public async Task An_error_of_the_limiter_loses_nothing_that_was_written()
    {
        TokenBucket bucket = new(1, 10, timeProvider: _clock);
        PipeWriter writer = _pipe.Writer.Throttle(bucket);
        bucket.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await writer.WriteAsync(Bytes.Make(100)));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await writer.FlushAsync());
        Assert.Equal(100, writer.UnflushedBytes);
    }

    [Fact]
    public void A_write_that_is_granted_at_once_allocates_nothing()
    {
        using TokenBucket bucket = new(1e9, 1L << 40, timeProvider: _clock);
        PipeWriter writer = PipeWriter.Create(Stream.Null).Throttle(bucket);
        byte[] bytes = new byte[1000];
        long least = long.MaxValue;
        for (int round = 0; round < 10 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                Bytes.Now(writer.WriteAsync(bytes));
                writer.Write(bytes);
                Bytes.Now(writer.FlushAsync());
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    /// <summary>1000 bytes at 1000 a second with a burst of 200: the burst, and then 100 every 0.1 s.</summary>
    private async Task CheckArrivalsAsync(Task<FlushResult> write, TokenBucket bucket)
    {
        for (int arrived = 200; arrived < 1000; arrived += 100)
        {
            // The writer comes back to the limiter on a thread of the pool, joins the line and then sets the timer.
            while (bucket.GetState().Waiting == 0 || _clock.ActiveTimers == 0)
            {
                await Task.Yield();
            }

            Assert.Equal(arrived, Arrived());
            _clock.Advance(99_999_999L);
            Assert.Equal(1, bucket.GetState().Waiting);
            Assert.Equal(arrived, Arrived());
            _clock.Advance(1L);
        }

        await Bytes.Ends(write);
        await CheckContentAsync(1000);
    }

    private int Arrived()
    {
        if (!_pipe.Reader.TryRead(out ReadResult result))
        {
            return 0;
        }

        _pipe.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.Start);
        return (int)result.Buffer.Length;
    }

    private async Task CheckContentAsync(int length)
    {
        await _pipe.Writer.CompleteAsync();
        ReadResult result = await _pipe.Reader.ReadAsync();
        Assert.Equal(Bytes.Make(length), result.Buffer.ToArray());
    }
}
