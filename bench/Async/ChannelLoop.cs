using System.Threading.Channels;

namespace RateSync.Fast.Bench.Async;

/// <summary>A bounded channel as a semaphore: writing waits while all slots are in use.</summary>
internal readonly struct ChannelLoop(Channel<byte> channel) : ITaskOperation
{
    private readonly Channel<byte> _channel = channel;

    public async Task RunAsync(TaskCounter done, StopSign stop)
    {
        ChannelWriter<byte> enter = _channel.Writer;
        ChannelReader<byte> exit = _channel.Reader;
        while (!stop.IsRaised)
        {
            await enter.WriteAsync(0);
            await Task.Yield();
            exit.TryRead(out _);
            done.Value++;
        }
    }
}
