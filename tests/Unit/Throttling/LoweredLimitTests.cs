using System.IO.Pipelines;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Throttling;

/// <summary>
/// A limit that is lowered below what somebody waits for: the bytes are paid for in smaller pieces, and nothing breaks off.
/// </summary>
public sealed class LoweredLimitTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly LimiterRegistry _registry;
    private readonly Limiter _bytes;

    public LoweredLimitTests()
    {
        _registry = new LimiterRegistry(new LimiterRegistryOptions
        {
            TimeProvider = _clock,
            AutoLoad = false,
            WatchInterval = Timeout.InfiniteTimeSpan,
        });
        Configure(1000);
        _bytes = _registry.GetLimiter("bytes");
        Assert.True(_bytes.TryAcquire(1000));
    }

    public void Dispose() => _registry.Dispose();

    [Fact]
    public async Task A_stream_is_read_to_its_end()
    {
        await using Stream stream = new MemoryStream(Bytes.Make(700)).Throttle(_bytes, null);
        byte[] all = new byte[700];
        Task read = stream.ReadExactlyAsync(all).AsTask();
        await LowerAsync(read);
        Assert.Equal(Bytes.Make(700), all);
    }

    [Fact]
    public async Task A_stream_is_read_to_its_end_by_a_thread_that_blocks()
    {
        await using Stream stream = new MemoryStream(Bytes.Make(700)).Throttle(_bytes, null);
        byte[] all = new byte[700];
        Task read = Task.Run(() => stream.ReadExactly(all));
        await LowerAsync(read);
        Assert.Equal(Bytes.Make(700), all);
    }

    [Fact]
    public async Task A_stream_is_written_to_its_end()
    {
        MemoryStream target = new();
        await using Stream stream = target.Throttle(null, _bytes);
        await LowerAsync(stream.WriteAsync(Bytes.Make(700)).AsTask());
        Assert.Equal(Bytes.Make(700), target.ToArray());
    }

    [Fact]
    public async Task A_pipe_is_read_to_its_end()
    {
        Pipe pipe = new();
        await pipe.Writer.WriteAsync(Bytes.Make(700));
        await pipe.Writer.CompleteAsync();
        MemoryStream target = new();
        await LowerAsync(pipe.Reader.Throttle(_bytes).CopyToAsync(target));
        Assert.Equal(Bytes.Make(700), target.ToArray());
    }

    [Fact]
    public async Task A_pipe_is_written_to_its_end()
    {
        Pipe pipe = new();
        await LowerAsync(pipe.Writer.Throttle(_bytes).WriteAsync(Bytes.Make(700)).AsTask());
        Assert.True(pipe.Reader.TryRead(out ReadResult read));
        Assert.Equal(700, read.Buffer.Length);
    }

    private void Configure(long burst) => _registry.ConfigureLimiter("bytes", new LimiterOptions { RatePerSecond = 1000, Burst = burst });

    private async Task LowerAsync(Task transfer)
    {
        while (_bytes.GetState().Waiting == 0)
        {
            Assert.False(transfer.IsCompleted);
            await Task.Yield();
        }

        TimeSpan began = _clock.GetElapsedTime(0);
        Configure(10);
        while (!transfer.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        await transfer;

        // What was in the full bucket was gone: no byte came for nothing.
        Assert.True(_clock.GetElapsedTime(0) - began >= TimeSpan.FromMilliseconds(680));
    }
}
