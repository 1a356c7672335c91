using System.Net;
using System.Runtime.InteropServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast;

/// <summary>
/// A key of a <see cref="KeyedLimiter"/>: text, bytes, a number, a <see cref="Guid"/> or an address. Converts implicitly from each of them,
/// without allocating.
/// </summary>
/// <remarks>
/// Keys of different kinds are different: the text "1" is not the number 1, and a text is not its UTF-8 bytes. An address is its bytes: an
/// IPv4 address mapped into IPv6 is the IPv4 address, and of IPv6 only the prefix counts that the limiter is set to.
/// </remarks>
public readonly ref struct LimiterKey
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly UInt128 _number;
    private readonly Kind _kind;
    private readonly string? _text;

    private LimiterKey(ReadOnlySpan<byte> bytes, UInt128 number, Kind kind, string? text = null)
    {
        _bytes = bytes;
        _number = number;
        _kind = kind;
        _text = text;
    }

    private enum Kind
    {
        Text,
        Bytes,
        Number,
        Guid,
        Address4,
        Address6,
    }

    /// <summary>Text, compared character by character.</summary>
    /// <exception cref="ArgumentNullException">Null.</exception>
    public static implicit operator LimiterKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new(MemoryMarshal.AsBytes(key.AsSpan()), 0, Kind.Text, key);
    }

    /// <summary>Text, compared character by character; the same key as a string of those characters.</summary>
    public static implicit operator LimiterKey(ReadOnlySpan<char> key) => new(MemoryMarshal.AsBytes(key), 0, Kind.Text);

    /// <summary>Bytes.</summary>
    public static implicit operator LimiterKey(ReadOnlySpan<byte> key) => new(key, 0, Kind.Bytes);

    /// <summary>A number.</summary>
    public static implicit operator LimiterKey(long key) => new(default, (ulong)key, Kind.Number);

    /// <summary>A GUID.</summary>
    public static implicit operator LimiterKey(Guid key)
    {
        Span<byte> bytes = stackalloc byte[16];
        key.TryWriteBytes(bytes);
        return new(default, MemoryMarshal.Read<UInt128>(bytes), Kind.Guid);
    }

    /// <summary>A client's address.</summary>
    /// <exception cref="ArgumentNullException">Null.</exception>
    public static implicit operator LimiterKey(IPAddress key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> bytes = stackalloc byte[16];
        key.TryWriteBytes(bytes, out int length);
        if (length == 4)
        {
            return new(default, BigEndian(bytes[..4]), Kind.Address4);
        }

        return key.IsIPv4MappedToIPv6
            ? new(default, BigEndian(bytes[12..]), Kind.Address4)
            : new(default, BigEndian(bytes), Kind.Address6);
    }

    /// <summary>The hash that a table keeps of it.</summary>
    internal KeyHash Hash(in KeyHasher hasher, int ipv6Prefix)
    {
        switch (_kind)
        {
            case Kind.Text:
                return hasher.Hash(MemoryMarshal.Cast<byte, char>(_bytes));
            case Kind.Bytes:
                return hasher.Hash(_bytes);
            case Kind.Number:
                return hasher.Hash((long)(ulong)_number);
            default:
                UInt128 number = _kind == Kind.Address6 ? _number & (UInt128.MaxValue << (128 - ipv6Prefix)) : _number;
                return hasher.Hash(number, (uint)_kind);
        }
    }

    /// <summary>The key as text, for people.</summary>
    internal string Describe(int ipv6Prefix)
    {
        switch (_kind)
        {
            case Kind.Text:
                return _text ?? MemoryMarshal.Cast<byte, char>(_bytes).ToString();
            case Kind.Bytes:
                return Convert.ToHexString(_bytes);
            case Kind.Number:
                return ((long)(ulong)_number).ToString(System.Globalization.CultureInfo.InvariantCulture);
            case Kind.Guid:
                UInt128 guid = _number;
                return new Guid(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in guid))).ToString();
            default:
                Span<byte> bytes = stackalloc byte[16];
                UInt128 number = _kind == Kind.Address6 ? _number & (UInt128.MaxValue << (128 - ipv6Prefix)) : _number;
                for (int i = 15; i >= 0; i--, number >>= 8)
                {
                    bytes[i] = (byte)number;
                }

                IPAddress address = new(_kind == Kind.Address6 ? bytes : bytes[12..]);
                return _kind == Kind.Address6 && ipv6Prefix < 128 ? $"{address}/{ipv6Prefix}" : address.ToString();
        }
    }

    private static UInt128 BigEndian(ReadOnlySpan<byte> bytes)
    {
        UInt128 number = 0;
        foreach (byte b in bytes)
        {
            number = (number << 8) | b;
        }

        return number;
    }
}
