using System.IO.Pipelines;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Throttling;

/// <summary>A throttled stream reads and writes bytes when they are paid for, and is otherwise the stream underneath.</summary>
public class StreamTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Bytes_are_read_to_the_nanosecond_when_they_are_paid_for()
    {
        using TokenBucket bucket = new(1000, 200, timeProvider: _clock);
        await using Stream stream = new MemoryStream(Bytes.Make(500)).Throttle(bucket, null);
        byte[] buffer = new byte[1000];
        Assert.Equal(100, Bytes.Now(stream.ReadAsync(buffer)));
        Assert.Equal(100, Bytes.Now(stream.ReadAsync(buffer.AsMemory(100))));
        for (int at = 200; at < 500; at += 100)
        {
            Task<int> read = stream.ReadAsync(buffer, at, 1000 - at);
            _clock.Advance(99_999_999L);
            Assert.Equal(1, bucket.GetState().Waiting);
            Assert.False(read.IsCompleted);
            _clock.Advance(1L);
            Assert.Equal(100, await Bytes.Ends(read));
        }

        Assert.Equal(0, await stream.ReadAsync(buffer));
        Assert.Equal(Bytes.Make(500), buffer[..500]);
    }

    [Fact]
    public async Task Bytes_are_written_in_pieces_to_the_nanosecond_when_they_are_paid_for()
    {
        using TokenBucket bucket = new(1000, 200, timeProvider: _clock);
        MemoryStream target = new();
        await using Stream stream = target.Throttle(null, bucket, leaveOpen: true);
        Task write = stream.WriteAsync(Bytes.Make(500), 0, 500);
        for (int arrived = 200; arrived < 500; arrived += 100)
        {
            while (bucket.GetState().Waiting == 0 || _clock.ActiveTimers == 0)
            {
                await Task.Yield();
            }

            Assert.Equal(arrived, target.Length);
            _clock.Advance(99_999_999L);
            Assert.Equal(1, bucket.GetState().Waiting);
            Assert.Equal(arrived, target.Length);
            _clock.Advance(1L);
        }

        await Bytes.Ends(write);
        Assert.Equal(Bytes.Make(500), target.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_read_cancelled_while_it_waits_for_the_limiter_leaves_its_bytes_to_the_next_ones(bool canSeek)
    {
        using TokenBucket bucket = new(1, 20, timeProvider: _clock);
        MemoryStream memory = new(Bytes.Make(30));
        await using Stream stream = (canSeek ? memory : PipeReader.Create(memory).AsStream()).Throttle(bucket, null);
        Assert.Equal(canSeek, stream.CanSeek);
        byte[] all = new byte[30];
        Assert.Equal(10, Bytes.Now(stream.ReadAsync(all)));
        Assert.Equal(10, Bytes.Now(stream.ReadAsync(all.AsMemory(10))));
        using CancellationTokenSource source = new();
        Task<int> read = stream.ReadAsync(new byte[10], source.Token).AsTask();
        Assert.False(read.IsCompleted);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bytes.Ends(read));
        Assert.Equal(20, canSeek ? stream.Position : 20);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.ReadAsync(new byte[10], source.Token).AsTask());

        // Only four of the ten, cancelled too: they come first again.
        using CancellationTokenSource second = new();
        read = stream.ReadAsync(new byte[4], second.Token).AsTask();
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bytes.Ends(read));

        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(3, Bytes.Now(stream.ReadAsync(all.AsMemory(20, 3))));
        Assert.Equal(7, Bytes.Now(stream.ReadAsync(all.AsMemory(23))));
        Assert.Equal(Bytes.Make(30), all);
        Assert.Equal(0, bucket.GetState().Remaining);
        Assert.Equal(0, await stream.ReadAsync(all));
    }

    [Fact]
    public async Task After_a_cancelled_read_a_file_is_written_where_its_position_says()
    {
        using TokenBucket bucket = new(1, 2, timeProvider: _clock);
        MemoryStream file = new();
        file.Write(Bytes.Make(8));
        file.Position = 0;
        await using Stream stream = file.Throttle(bucket, null);
        Assert.Equal(1, Bytes.Now(stream.ReadAsync(new byte[1])));
        Assert.Equal(1, Bytes.Now(stream.ReadAsync(new byte[1])));
        using CancellationTokenSource source = new();
        Task<int> read = stream.ReadAsync(new byte[1], source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bytes.Ends(read));
        Assert.Equal(2, stream.Position);
        stream.Write([100, 101]);
        Assert.Equal(4, stream.Position);
        byte[] expected = Bytes.Make(8);
        (expected[2], expected[3]) = (100, 101);
        Assert.Equal(expected, file.ToArray());

        // What is cut off is not read after all.
        stream.Position = 7;
        using CancellationTokenSource second = new();
        read = stream.ReadAsync(new byte[1], second.Token).AsTask();
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bytes.Ends(read));
        stream.SetLength(7);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, Bytes.Now(stream.ReadAsync(new byte[1])));
    }

    [Fact]
    public async Task Synchronous_calls_block_until_the_bytes_are_paid_for()
    {
        using TokenBucket bucket = new(1000, 4, timeProvider: _clock);
        MemoryStream target = new();
        await using Stream writing = target.Throttle(null, bucket);
        writing.Write(Bytes.Make(4), 0, 4);
        Task write = Task.Run(() =>
        {
            writing.WriteByte(200);
            writing.Write(new byte[] { 201 });
            writing.Flush();
        });
        await RunClockUntil(write);
        Assert.Equal([.. Bytes.Make(4), 200, 201], target.ToArray());
        Assert.True(_clock.Ticks >= 2_000_000);

        await using Stream reading = new MemoryStream(Bytes.Make(6)).Throttle(bucket, null);
        Task<byte[]> read = Task.Run(() =>
        {
            byte[] bytes = new byte[6];
            bytes[0] = (byte)reading.ReadByte();
            reading.ReadExactly(bytes, 1, 5);
            Assert.Equal(-1, reading.ReadByte());
            return bytes;
        });
        await RunClockUntil(read);
        Assert.Equal(Bytes.Make(6), await read);
        Assert.True(_clock.Ticks >= 8_000_000);
    }

    [Fact]
    public async Task Reads_and_writes_of_nothing_pay_nothing()
    {
        using TokenBucket bucket = new(1, 4, timeProvider: _clock);
        await using Stream stream = new MemoryStream().Throttle(bucket, bucket);
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty));
        Assert.Equal(0, await stream.ReadAsync(new byte[8]));
        Assert.Equal(0, stream.Read([]));
        await stream.WriteAsync(ReadOnlyMemory<byte>.Empty);
        stream.Write([]);
        Assert.Equal(4, bucket.GetState().Remaining);
    }

    [Fact]
    public async Task Without_a_limiter_a_direction_is_free()
    {
        using TokenBucket bucket = new(1, 4, timeProvider: _clock);
        await using Stream writing = new MemoryStream().Throttle(bucket, null);
        Bytes.Now(writing.WriteAsync(new byte[100]));
        writing.Write(new byte[100]);
        Assert.Equal(4, bucket.GetState().Remaining);
        await using Stream reading = new MemoryStream(new byte[100]).Throttle(null, bucket);
        Assert.Equal(100, Bytes.Now(reading.ReadAsync(new byte[200])));
        Assert.Equal(0, reading.Read(new byte[200]));
        Assert.Equal(4, bucket.GetState().Remaining);
        Assert.Throws<ArgumentException>(() => Stream.Null.Throttle(null, null));
    }

    [Fact]
    public async Task Position_and_seeking_are_those_of_what_was_handed_out()
    {
        using TokenBucket bucket = new(1, 20, timeProvider: _clock);
        await using Stream stream = new MemoryStream(Bytes.Make(50)).Throttle(bucket, null);
        Assert.True(stream.CanSeek);
        Assert.Equal(50, stream.Length);
        byte[] buffer = new byte[10];
        Assert.Equal(10, await stream.ReadAsync(buffer));
        Assert.Equal(10, await stream.ReadAsync(buffer));
        using CancellationTokenSource source = new();
        Task<int> read = stream.ReadAsync(buffer, source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bytes.Ends(read));
        Assert.Equal(20, stream.Position);
        Assert.Equal(22, stream.Seek(2, SeekOrigin.Current));
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(10, await stream.ReadAsync(buffer));
        Assert.Equal(Bytes.Make(50)[22..32], buffer);
        stream.Position = 1;
        Assert.Equal(10, await stream.ReadAsync(buffer));
        Assert.Equal(Bytes.Make(50)[1..11], buffer);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposal_closes_the_stream_underneath_unless_it_is_left_open(bool leaveOpen)
    {
        using TokenBucket bucket = new(1, 4, timeProvider: _clock);
        MemoryStream inner = new();
        await inner.Throttle(bucket, bucket, leaveOpen).DisposeAsync();
        Assert.Equal(leaveOpen, inner.CanRead);
        inner = new();
        using (inner.Throttle(bucket, bucket, leaveOpen))
        {
            // Disposed of at once.
        }

        Assert.Equal(leaveOpen, inner.CanRead);
    }

    [Fact]
    public async Task Errors_of_the_limiter_come_out_and_lose_no_byte_read()
    {
        using TokenBucket other = new(1, 100, timeProvider: _clock);
        TokenBucket bucket = new(1, 4, timeProvider: _clock);
        MemoryStream inner = new(Bytes.Make(3));
        await using Stream stream = inner.Throttle(bucket, bucket);
        bucket.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.ReadAsync(new byte[2]).AsTask());
        Assert.Throws<ObjectDisposedException>(() => stream.Read(new byte[2]));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await stream.WriteAsync(new byte[2]));
        Assert.Throws<ObjectDisposedException>(() => stream.Write(new byte[2]));
        Assert.Equal(0, stream.Position);
        Assert.Equal(0, inner.Position);
    }

    [Fact]
    public async Task Copying_goes_through_the_limiter()
    {
        using TokenBucket bucket = new(1e6, 100, timeProvider: _clock);
        await using Stream stream = new MemoryStream(Bytes.Make(3000)).Throttle(bucket, null);
        using MemoryStream copy = new();
        Task copying = stream.CopyToAsync(copy);
        await RunClockUntil(copying);
        Assert.Equal(Bytes.Make(3000), copy.ToArray());
        Assert.InRange(_clock.Ticks, 2_900_000, long.MaxValue);
    }

    [Fact]
    public void Calls_that_are_granted_at_once_allocate_nothing()
    {
        using TokenBucket bucket = new(1e9, 1L << 40, timeProvider: _clock);
        using Stream stream = new MemoryStream(new byte[1000]).Throttle(bucket, bucket);
        byte[] buffer = new byte[1000];
        long least = long.MaxValue;
        for (int round = 0; round < 10 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                stream.Position = 0;
                Bytes.Now(stream.WriteAsync(buffer));
                stream.Position = 0;
                Bytes.Now(stream.ReadAsync(buffer.AsMemory()));
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
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
}
