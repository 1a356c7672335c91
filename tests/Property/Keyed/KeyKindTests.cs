using System.Net;
using System.Text;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Keyed;

public sealed class KeyKindTests
{
    [Fact]
    public void The_same_key_is_the_same_however_it_is_given()
    {
        Random random = new(3);
        for (int i = 0; i < 300; i++)
        {
            using KeyedLimiter limiter = new(1e-6, 1, null, new ManualClock());
            char[] padded = new char[random.Next(1, 70)];
            for (int at = 0; at < padded.Length; at++)
            {
                padded[at] = (char)random.Next(32, 0x3000);
            }

            string text = new(padded, 1, padded.Length - 1);
            Assert.True(limiter.TryAcquire(text));
            Assert.False(limiter.TryAcquire(padded.AsSpan(1)));
            Assert.False(limiter.TryAcquire((LimiterKey)text));
            Assert.False(limiter.TryAcquire((LimiterKey)padded.AsSpan(1)));
            Assert.False(limiter.Attempt(text).Allowed);
            Assert.False(limiter.TryAcquire(string.Concat(text)));

            int number = random.Next() - (int.MaxValue / 2);
            Assert.True(limiter.TryAcquire(number));
            Assert.False(limiter.TryAcquire((long)number));

            byte[] bytes = Encoding.UTF8.GetBytes(text);
            Assert.True(limiter.TryAcquire(bytes.AsSpan()));
            Assert.False(limiter.TryAcquire(bytes.ToArray().AsSpan()));
        }
    }

    [Fact]
    public void Keys_of_different_kinds_are_different()
    {
        using KeyedLimiter limiter = new(1e-6, 1, null, new ManualClock());
        Guid guid = new("00010203-0405-0607-0809-0a0b0c0d0e0f");
        Assert.True(limiter.TryAcquire("1"));
        Assert.True(limiter.TryAcquire(1));
        Assert.True(limiter.TryAcquire("1"u8));
        Assert.True(limiter.TryAcquire(MemoryBytesOf("1")));
        Assert.True(limiter.TryAcquire(IPAddress.Parse("0.0.0.1")));
        Assert.True(limiter.TryAcquire(IPAddress.Parse("::1")));
        Assert.True(limiter.TryAcquire(guid));
        Assert.True(limiter.TryAcquire(guid.ToString()));
        Assert.True(limiter.TryAcquire(guid.ToByteArray().AsSpan()));
        Assert.True(limiter.TryAcquire(new IPAddress(guid.ToByteArray())));
        Assert.Equal(10, limiter.Count);
    }

    [Fact]
    public void Nobody_can_write_a_key_that_is_somebody_elses_guid_or_address()
    {
        using KeyedLimiter limiter = new(1e-6, 1, null, new ManualClock());
        Guid guid = new("00010203-0405-0607-0809-0a0b0c0d0e0f");
        Assert.True(limiter.TryAcquire(guid));
        Assert.True(limiter.TryAcquire(IPAddress.Parse("10.0.0.1")));
        long before = limiter.Count;

        // 16 bytes and a word for the kind, in any order: whatever a hash of the whole might be fed with.
        byte[] forged = new byte[24];
        foreach (bool swap in (bool[])[false, true])
        {
            for (byte kind = 0; kind < 16; kind++)
            {
                forged[16] = kind;
                guid.ToByteArray().CopyTo(forged, 0);
                if (swap)
                {
                    (UInt128 low, UInt128 high) = (BitConverter.ToUInt64(forged, 0), BitConverter.ToUInt64(forged, 8));
                    BitConverter.TryWriteBytes(forged.AsSpan(0), (ulong)high);
                    BitConverter.TryWriteBytes(forged.AsSpan(8), (ulong)low);
                }

                Assert.True(limiter.TryAcquire(forged.AsSpan()), $"kind {kind}");
                before++;
            }
        }

        Assert.Equal(before, limiter.Count);
    }

    [Fact]
    public void Bytes_cannot_be_bent_to_somebody_elses_text()
    {
        using KeyedLimiter limiter = new(1e-6, 1, null, new ManualClock());
        const string Text = "a user id";
        Assert.True(limiter.TryAcquire(Text));
        for (int at = 0; at < 2 * Text.Length; at++)
        {
            for (int difference = 0; difference < 256; difference++)
            {
                byte[] bytes = MemoryBytesOf(Text).ToArray();
                bytes[at] ^= (byte)difference;
                Assert.True(limiter.TryAcquire(bytes.AsSpan()) || (difference == 0 && at > 0), $"byte {at} changed by {difference}");
            }
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(48)]
    [InlineData(128)]
    [InlineData(1)]
    public void An_address_is_its_network_and_a_mapped_one_is_the_old_one(int prefix)
    {
        Random random = new(4);
        for (int i = 0; i < 300; i++)
        {
            using KeyedLimiter limiter = new(1e-6, 1, new KeyedLimiterOptions { IPv6PrefixLength = prefix }, new ManualClock());
            byte[] bytes = new byte[16];
            random.NextBytes(bytes);
            bytes[0] = 0x20;
            Assert.True(limiter.TryAcquire(new IPAddress(bytes)));

            // Another host of the network, and another network, one bit away.
            byte[] neighbour = [.. bytes];
            for (int bit = prefix; bit < 128; bit++)
            {
                if (random.Next(2) == 0)
                {
                    neighbour[bit / 8] ^= (byte)(0x80 >> (bit % 8));
                }
            }

            Assert.False(limiter.TryAcquire(new IPAddress(neighbour)));
            byte[] stranger = [.. bytes];
            stranger[(prefix - 1) / 8] ^= (byte)(0x80 >> ((prefix - 1) % 8));
            Assert.True(limiter.TryAcquire(new IPAddress(stranger)));

            IPAddress old = new(bytes.AsSpan(0, 4));
            Assert.True(limiter.TryAcquire(old));
            Assert.False(limiter.TryAcquire(old.MapToIPv6()));
            Assert.False(limiter.TryAcquire(IPAddress.Parse(old.ToString())));
        }
    }

    private static ReadOnlySpan<byte> MemoryBytesOf(string text) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(text.AsSpan());
}
