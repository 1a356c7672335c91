using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RateSync.Fast.Algorithms;

/// <summary>
/// A keyed hash of 128 bits, built on 64 by 64 to 128 bit multiplication. Its secrets are drawn anew for each table, so that nobody
/// outside can choose keys that meet.
/// </summary>
/// <remarks>
/// The construction is that of Wang Yi's wyhash (public domain, github.com/wangyi-fudan/wyhash), with random secrets instead of fixed
/// ones: an input block that cancels a secret, which such hashes must fear, cannot be found without knowing it.
/// </remarks>
internal readonly struct KeyHasher
{
    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    private KeyHasher(ReadOnlySpan<ulong> secrets)
    {
        _a = secrets[0] | 1;
        _b = secrets[1] | 1;
        _c = secrets[2] | 1;
        _d = secrets[3] | 1;
    }

    /// <summary>With secrets that nobody knows.</summary>
    public static KeyHasher Random()
    {
        Span<ulong> secrets = stackalloc ulong[4];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(secrets));
        return new KeyHasher(secrets);
    }

    /// <summary>With known secrets, for tests that must be repeatable.</summary>
    public static KeyHasher FromSeed(ulong seed)
    {
        Span<ulong> secrets = stackalloc ulong[4];
        for (int i = 0; i < secrets.Length; i++)
        {
            seed = (seed * 6364136223846793005UL) + 1442695040888963407UL;
            secrets[i] = seed ^ (seed >> 29);
        }

        return new KeyHasher(secrets);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public KeyHash Hash(ReadOnlySpan<char> key) => Hash(MemoryMarshal.AsBytes(key), 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public KeyHash Hash(ReadOnlySpan<byte> key) => Hash(key, 3);

    /// <summary>A number of some kind: no text and no bytes have its hash but by chance, and no number of another kind.</summary>
    public KeyHash Hash(UInt128 number, uint kind)
    {
        Span<ulong> words = [(ulong)(number >> 64), (ulong)number];
        return Hash(MemoryMarshal.AsBytes(words), 5 + (2 * (ulong)kind));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public KeyHash Hash(long key) => Finish(Mix((ulong)key ^ _a, _b ^ 0x7E57_0003), (ulong)key);

    /// <param name="data">The key.</param>
    /// <param name="kind">An odd number for each kind of key.</param>
    private KeyHash Hash(ReadOnlySpan<byte> data, ulong kind)
    {
        ref byte start = ref MemoryMarshal.GetReference(data);

        // Times, not exclusive or: the state meets the data by exclusive or, and who may choose keys of two kinds must not know by what
        // they differ.
        ulong state = _d * kind;
        int length = data.Length;
        ulong low, high;
        if (length <= 16)
        {
            if (length >= 8)
            {
                low = Read64(ref start, 0);
                high = Read64(ref start, length - 8);
            }
            else if (length >= 4)
            {
                low = Read32(ref start, 0);
                high = Read32(ref start, length - 4);
            }
            else if (length > 0)
            {
                low = ((ulong)start << 16) | ((ulong)Unsafe.Add(ref start, length >> 1) << 8) | Unsafe.Add(ref start, length - 1);
                high = 0;
            }
            else
            {
                low = high = 0;
            }
        }
        else
        {
            int at = 0;
            for (; at + 16 < length; at += 16)
            {
                state = Mix(Read64(ref start, at) ^ _a, Read64(ref start, at + 8) ^ state);
            }

            low = Read64(ref start, length - 16);
            high = Read64(ref start, length - 8);
        }

        return Finish(Mix(low ^ _b, high ^ state), (ulong)length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private KeyHash Finish(ulong state, ulong length)
    {
        ulong high = Math.BigMul(state ^ _c, length ^ _d, out ulong low);
        ulong print = (low ^ high ^ state) & ~1UL;
        return new KeyHash(print == 0 ? 2 : print, (long)((high * _a) >> 58));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong x, ulong y)
    {
        ulong high = Math.BigMul(x, y, out ulong low);
        return high ^ low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read64(ref byte start, int at)
    {
        ulong value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at));
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read32(ref byte start, int at) => Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, at));
}
