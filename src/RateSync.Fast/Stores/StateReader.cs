using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace RateSync.Fast.Stores;

/// <summary>
/// Reads what a <see cref="StateWriter"/> wrote and trusts none of it: what a writer cannot have written is an
/// <see cref="InvalidDataException"/>.
/// </summary>
internal ref struct StateReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    [DoesNotReturn]
    public static void Fail(string what) => throw new InvalidDataException($"These bytes are not the state of a key: {what}.");

    public static void Check(bool right, string what)
    {
        if (!right)
        {
            Fail(what);
        }
    }

    public readonly void End() => Check(_rest.IsEmpty, "something follows its end");

    public byte Byte() => Take(1)[0];

    public bool Flag()
    {
        byte value = Byte();
        Check(value <= 1, "a flag is neither set nor clear");
        return value == 1;
    }

    public UInt128 Number()
    {
        UInt128 value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte group = Byte();
            Check(shift < 126 || (shift == 126 && group <= 3), "a number is too long");
            value |= (UInt128)(group & 0x7Fu) << shift;
            if (group < 0x80)
            {
                Check(group > 0 || shift == 0, "a number has groups that it does not need");
                return value;
            }
        }
    }

    /// <summary>A number from 0 to <paramref name="most"/>.</summary>
    public long Natural(long most)
    {
        UInt128 value = Number();
        Check(value <= (UInt128)most, "a number is too large");
        return (long)value;
    }

    public int Natural(int most) => (int)Natural((long)most);

    public long Signed()
    {
        UInt128 value = Number();
        Check(value <= ulong.MaxValue, "a number is too large");
        return (long)((ulong)value >> 1) ^ -(long)((ulong)value & 1);
    }

    public double Real() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    /// <summary>How many of something follow, each of which takes a number of bytes at least.</summary>
    public int Count(int leastBytesOfEach) => Natural(_rest.Length / leastBytesOfEach);

    public string Text(int mostBytes)
    {
        ReadOnlySpan<byte> text = Take(Natural(mostBytes));
        try
        {
            return Utf8.Strict.GetString(text);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException("These bytes are not the state of a key: a name is not UTF-8.", exception);
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        Check(count <= _rest.Length, "it ends too early");
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
