using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RateSync.Fast.State;

/// <summary>The slots of a key table: buckets of prints, each followed by as many states.</summary>
internal sealed class KeyPage
{
    /// <summary>Buckets begin at a multiple of this many bytes, so that prints and states are a cache line each.</summary>
    private const int Alignment = 128;

    // Pinned, so that what is aligned stays aligned.
    private readonly long[] _words;
    private readonly int _start;
    private readonly int _stride;

    /// <summary>The page that replaces this one, once it has become too small.</summary>
    public KeyPage? Next;

    /// <summary>Next bucket to be moved to the next page.</summary>
    public PaddedWord Cursor;

    /// <summary>Buckets that have been moved.</summary>
    public PaddedWord Done;

    public KeyPage(int buckets, int slots)
    {
        Buckets = buckets;
        _stride = 2 * slots;
        _words = GC.AllocateArray<long>((buckets * _stride) + (Alignment / sizeof(long)), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_words, 0);
        _start = (int)((((address + Alignment - 1) & ~(Alignment - 1)) - address) / sizeof(long));
    }

    public int Buckets { get; }

    public long Bytes => _words.LongLength * sizeof(long);

    /// <summary>The bucket that 32 well-mixed bits fall into.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int BucketOf(uint bits) => (int)(((ulong)bits * (uint)Buckets) >> 32);

    /// <summary>The first print of a bucket.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref long Bucket(int bucket) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_words), (nint)(_start + (bucket * _stride)));
}
