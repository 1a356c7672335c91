using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace RateSync.Fast.Tests.Stress.Recording;

/// <summary>What one writer has recorded. Not for several writers at once.</summary>
internal sealed class Journal(Recorder recorder)
{
    private readonly List<Call[]> _full = new(256);
    private Call[] _block = [];
    private int _used;

    /// <summary>Calls recorded.</summary>
    public int Count { get; private set; }

    /// <summary>Permits taken less permits given back.</summary>
    public long Permits { get; private set; }

    /// <summary>Records a call that began at <paramref name="start"/> and has ended just now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EndedNow(long start, int permits, int key = 0) => Add(new Call(start, Stopwatch.GetTimestamp(), permits, key));

    public void Add(in Call call)
    {
        Permits += call.Permits;
        if (_used == _block.Length && !NextBlock())
        {
            return;
        }

        _block[_used++] = call;
        Count++;
    }

    public int CopyTo(Span<Call> target)
    {
        int copied = 0;
        foreach (Call[] block in _full)
        {
            block.CopyTo(target[copied..]);
            copied += block.Length;
        }

        _block.AsSpan(0, _used).CopyTo(target[copied..]);
        return copied + _used;
    }

    private bool NextBlock()
    {
        if (recorder.Fetch() is not { } block)
        {
            return false;
        }

        if (_block.Length != 0)
        {
            _full.Add(_block);
        }

        _block = block;
        _used = 0;
        return true;
    }
}
