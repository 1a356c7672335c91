using System.Buffers;
using System.Buffers.Binary;

namespace RateSync.Fast.Stores;

/// <summary>
/// Writes numbers in groups of seven bits, low ones first, so that small numbers take one byte. Equal states have equal bytes.
/// </summary>
internal sealed class StateWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(256);

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public void Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }

    public void Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Number(UInt128 value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value & 0x7F | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    /// <summary>A number that is not negative.</summary>
    public void Natural(Int128 value) => Number((UInt128)value);

    /// <summary>A number of either sign.</summary>
    public void Signed(long value) => Number((ulong)((value << 1) ^ (value >> 63)));

    public void Real(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(sizeof(double)), value);
        _bytes.Advance(sizeof(double));
    }

    public void Text(string value)
    {
        int length = Utf8.Strict.GetByteCount(value);
        Natural(length);
        if (length > 0)
        {
            Utf8.Strict.GetBytes(value, _bytes.GetSpan(length));
            _bytes.Advance(length);
        }
    }
}
