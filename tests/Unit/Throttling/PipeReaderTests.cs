using System.Buffers;
using System.IO.Pipelines;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Throttling;

/// <summary>A throttled reader shows bytes when they are paid for, and is otherwise the reader underneath.</summary>
public class PipeReaderTests
{
    private readonly ManualClock _clock = new();
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));

    [Fact]
    public async Task Bytes_are_shown_to_the_nanosecond_when_they_are_paid_for()
    {
        using TokenBucket bucket = new(1000, 200, timeProvider: _clock);
        PipeReader reader = _pipe.Reader.Throttle(bucket);
        await FillAsync(1000);

        // The burst, in pieces of half of it.
        Assert.Equal(100, await EatAsync(reader));
        Assert.Equal(100, await EatAsync(reader));
        for (int piece = 0; piece < 8; piece++)
        {
            Task<ReadResult> read = reader.ReadAsync().AsTask();
            _clock.Advance(99_999_999L);
            Assert.False(read.IsCompleted);
            Assert.Equal(1, bucket.GetState().Waiting);
            _clock.Advance(1L);
            ReadResult result = await Bytes.Ends(read);
            Assert.Equal(100, result.Buffer.Length);
            Assert.Equal(piece == 7, result.IsCompleted);
            reader.AdvanceTo(result.Buffer.End);
        }

        Assert.Equal(800_000_000, _clock.Ticks);
        Assert.True((await reader.ReadAsync()).IsCompleted);
    }

    [Fact]
    public async Task What_was_paid_for_and_not_consumed_is_shown_again_for_nothing()
    {
        using TokenBucket bucket = new(1, 100, timeProvider: _clock);
        PipeReader reader = _pipe.Reader.Throttle(bucket);
        await FillAsync(100);

        ReadResult result = await reader.ReadAsync();
        Assert.Equal(50, result.Buffer.Length);
        reader.AdvanceTo(result.Buffer.GetPosition(10), result.Buffer.GetPosition(20));
        result = await reader.ReadAsync();
        Assert.Equal(40, result.Buffer.Length);
        Assert.Equal(Bytes.Make(100)[10..50], result.Buffer.ToArray());
        Assert.Equal(50, bucket.GetState().Remaining);

        // All of it examined: the next read has to show more.
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        result = await reader.ReadAsync();
        Assert.Equal(90, result.Buffer.Length);
        Assert.True(result.IsCompleted);
        Assert.Equal(0, bucket.GetState().Remaining);
    }

    [Fact]
    public async Task The_end_is_not_announced_before_the_last_byte_is_shown()
    {
        using TokenBucket bucket = new(1, 10, timeProvider: _clock);
        PipeReader reader = _pipe.Reader.Throttle(bucket);
        await FillAsync(10);

        ReadResult result = await reader.ReadAsync();
        Assert.Equal((5, false), (result.Buffer.Length, result.IsCompleted));
        reader.AdvanceTo(result.Buffer.End);
        result = await reader.ReadAsync();
        Assert.Equal((5, true), (result.Buffer.Length, result.IsCompleted));
        reader.AdvanceTo(result.Buffer.End);
        result = await reader.ReadAsync();
        Assert.Equal((0, true), (result.Buffer.Length, result.IsCompleted));
    }

    [Fact]
    public async Task TryRead_shows_nothing_that_it_cannot_pay_for_at_once()
    {
        using TokenBucket bucket = new(1, 10, timeProvider: _clock);
        PipeReader reader = _pipe.Reader.Throttle(bucket);
        Assert.False(reader.TryRead(out _));
        await FillAsync(15);
        for (int i = 0; i < 2; i++)
        {
            Assert.True(reader.TryRead(out ReadResult shown));
            Assert.Equal(5, shown.Buffer.Length);
            reader.AdvanceTo(shown.Buffer.End);
        }

        Assert.False(reader.TryRead(out _));
        _clock.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        Assert.False(reader.TryRead(out _));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(reader.TryRead(out ReadResult last));
        Assert.Equal((5, true), (last.Buffer.Length, last.IsCompleted));
    }

    [Fact]
    public async Task A_cancelled_wait_loses_no_byte_and_pays_for_none()
    {
        using TokenBucket bucket = new(1, 4, timeProvider: _clock);
        PipeReader reader = _pipe.Reader.Throttle(bucket);
        await FillAsync(6);
        Assert.Equal(2, await EatAsync(reader));
        Assert.Equal(2, await EatAsync(reader));

        using CancellationTokenSource source = new();
        Task<ReadResult> read = reader.ReadAsync(source.Token).AsTask();
        Assert.False(read.IsCompleted);
        await source.CancelAsync();
        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bytes.Ends(read));
        Assert.Equal(source.Token, exception.CancellationToken);
        Assert.Equal(0, bucket.GetState().Waiting);

        Task<ReadResult> again = reader.ReadAsync().AsTask();
        _clock.Advance(TimeSpan.FromSeconds(2));
        ReadResult result = await Bytes.Ends(again);
        Assert.Equal(Bytes.Make(6)[4..], result.Buffer.ToArray());
        Assert.Equal(0, bucket.GetState().Remaining);
    }

    [Fact]
    public async Task CancelPendingRead_ends_a_wait_for_the_limiter_once()
    {
        using TokenBucket bucket = new(1, 4, timeProvider: _clock);
        PipeReader reader = _pipe.Reader.Throttle(bucket);
        await FillAsync(6);
        Assert.Equal(2, await EatAsync(reader));
        ReadResult result = await reader.ReadAsync();
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);

        Task<ReadResult> read = reader.ReadAsync().AsTask();
        Assert.False(read.IsCompleted);
        reader.CancelPendingRead();
        result = await Bytes.Ends(read);
        Assert.True(result.IsCanceled);
        Assert.Equal(2, result.Buffer.Length);
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);

        read = reader.ReadAsync().AsTask();
        Assert.False(read.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        result = await Bytes.Ends(read);
        Assert.Equal((4, false, true), (result.Buffer.Length, result.IsCanceled, result.IsCompleted));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public async Task CancelPendingRead_without_a_read_ends_the_next_one(int length)
    {
        using TokenBucket bucket = new(1, 4, timeProvider: _clock);
        PipeReader reader = _pipe.Reader.Throttle(bucket);
        if (length > 0)
        {
            await FillAsync(length);
        }

        reader.CancelPendingRead();
        ReadResult result = await Bytes.Ends(reader.ReadAsync().AsTask());
        Assert.True(result.IsCanceled);
        Assert.Equal(0, result.Buffer.Length);
        reader.AdvanceTo(result.Buffer.Start);
        Assert.Equal(4, bucket.GetState().Remaining);
        if (length > 0)
        {
            Assert.Equal(2, await EatAsync(reader));
        }
    }

    [Fact]
    public async Task CancelPendingRead_ends_a_wait_for_bytes()
    {
        using TokenBucket bucket = new(1, 4, timeProvider: _clock);
        PipeReader reader = _pipe.Reader.Throttle(bucket);
        Task<ReadResult> read = reader.ReadAsync().AsTask();
        reader.CancelPendingRead();
        ReadResult result = await Bytes.Ends(read);
        Assert.True(result.IsCanceled);
        reader.AdvanceTo(result.Buffer.Start);
        await FillAsync(1);
        Assert.Equal(1, await EatAsync(reader));
    }

    [Fact]
    public async Task Errors_of_the_writer_and_of_the_limiter_come_out()
    {
        TokenBucket bucket = new(1, 4, timeProvider: _clock);
        PipeReader reader = _pipe.Reader.Throttle(bucket);
        await _pipe.Writer.WriteAsync(Bytes.Make(2));
        bucket.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await reader.ReadAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await reader.ReadAsync());
        await _pipe.Writer.CompleteAsync(new InvalidDataException("broken"));
        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidDataException>(async () => await reader.ReadAsync())).Message);
    }

    [Fact]
    public async Task Completion_is_passed_on()
    {
        using TokenBucket bucket = new(1, 4, timeProvider: _clock);
        PipeReader reader = _pipe.Reader.Throttle(bucket);
        await reader.CompleteAsync();
        Assert.True((await _pipe.Writer.WriteAsync(new byte[1])).IsCompleted);
    }

    [Fact]
    public async Task ReadAtLeast_and_CopyTo_see_all_bytes_in_order()
    {
        using TokenBucket bucket = new(1e6, 64, timeProvider: _clock);
        PipeReader reader = _pipe.Reader.Throttle(bucket);
        await FillAsync(5000);
        Task<ReadResult> many = reader.ReadAtLeastAsync(1000).AsTask();
        await RunClockUntil(many);
        ReadResult result = await many;
        Assert.InRange(result.Buffer.Length, 1000, 1032);
        Assert.InRange(_clock.Ticks, (1000 - 64) * 1000, long.MaxValue);
        reader.AdvanceTo(result.Buffer.GetPosition(1000));
        using MemoryStream copy = new();
        Task copying = reader.CopyToAsync(copy);
        await RunClockUntil(copying);
        Assert.Equal(Bytes.Make(5000)[1000..], copy.ToArray());
        Assert.InRange(_clock.Ticks, (5000 - 64) * 1000, long.MaxValue);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_the_reader_consumes_and_examines_it_sees_all_bytes_once_and_none_early(int seed)
    {
        Random random = new(seed);
        const int Length = 20_000;
        byte[] all = Bytes.Make(Length);
        using TokenBucket bucket = new(1e6, 300, timeProvider: _clock);
        PipeReader reader = _pipe.Reader.Throttle(bucket);
        int written = 0;
        long consumed = 0;
        long mostShown = 0;
        while (true)
        {
            if (written < Length && random.Next(3) == 0)
            {
                int more = Math.Min(Length - written, random.Next(1, 700));
                await _pipe.Writer.WriteAsync(all.AsMemory(written, more));
                written += more;
                if (written == Length)
                {
                    await _pipe.Writer.CompleteAsync();
                }
            }

            if (!reader.TryRead(out ReadResult result))
            {
                _clock.Advance(random.Next(1, 200_000));
                continue;
            }

            Assert.True(result.Buffer.ToArray().AsSpan().SequenceEqual(all.AsSpan((int)consumed, (int)result.Buffer.Length)));
            mostShown = Math.Max(mostShown, consumed + result.Buffer.Length);
            Assert.True(mostShown <= 300 + _clock.Ticks / 1000, "Bytes were shown before their time.");
            if (result.IsCompleted)
            {
                Assert.Equal(Length, consumed + result.Buffer.Length);
                break;
            }

            long eaten = random.NextInt64(result.Buffer.Length + 1);
            long seen = random.Next(2) == 0 ? result.Buffer.Length : random.NextInt64(eaten, result.Buffer.Length + 1);
            try
            {
                reader.AdvanceTo(result.Buffer.GetPosition(eaten), result.Buffer.GetPosition(seen));
                consumed += eaten;
            }
            catch (InvalidOperationException)
            {
                // Less was examined than before: pipes refuse that, and what was shown stands.
                reader.AdvanceTo(result.Buffer.GetPosition(eaten), result.Buffer.End);
                consumed += eaten;
            }
        }
    }

    [Fact]
    public async Task A_reader_on_a_stream_is_throttled_as_well()
    {
        using TokenBucket bucket = new(1, 10, timeProvider: _clock);
        PipeReader reader = PipeReader.Create(new MemoryStream(Bytes.Make(12))).Throttle(bucket);
        Assert.Equal(5, await EatAsync(reader));
        Assert.Equal(5, await EatAsync(reader));
        Task<ReadResult> read = reader.ReadAsync().AsTask();
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, (await Bytes.Ends(read)).Buffer.Length);
    }

    [Fact]
    public void A_read_that_is_granted_at_once_allocates_nothing()
    {
        using TokenBucket bucket = new(1e9, 1L << 40, timeProvider: _clock);
        PipeReader reader = PipeReader.Create(new ReadOnlySequence<byte>(new byte[100_000])).Throttle(bucket);
        long least = long.MaxValue;
        for (int round = 0; round < 10 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                ReadResult result = Bytes.Now(reader.ReadAsync());
                reader.AdvanceTo(result.Buffer.GetPosition(10));
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private static async Task<long> EatAsync(PipeReader reader)
    {
        ReadResult result = await Bytes.Ends(reader.ReadAsync().AsTask());
        long length = result.Buffer.Length;
        reader.AdvanceTo(result.Buffer.End);
        return length;
    }

    private async Task RunClockUntil(Task task)
    {
        while (!task.IsCompleted)
        {
            _clock.Advance(1000L);
            await Task.Yield();
        }

        await task;
    }

    private async Task FillAsync(int length)
    {
        await _pipe.Writer.WriteAsync(Bytes.Make(length));
        await _pipe.Writer.CompleteAsync();
    }
}
