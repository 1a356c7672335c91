using System.Threading.Channels;
using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Peers;

/// <summary>A bounded channel used as a semaphore: an item in the channel is a slot in use.</summary>
internal struct ChannelPeer(ChannelWriter<byte> enter, ChannelReader<byte> exit) : IOperation
{
    private readonly ChannelWriter<byte> _enter = enter;
    private readonly ChannelReader<byte> _exit = exit;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke() => _enter.TryWrite(0) && _exit.TryRead(out _);
}
