using System.Text;

namespace RateSync.Fast.Tests.Unit.Keys;

/// <summary>Pseudonyms are HMAC-SHA-256, and combined keys are unambiguous.</summary>
public class IdentifierTests
{
    private static readonly byte[] s_key = [.. Enumerable.Repeat((byte)0x0b, 20)];

    /// <summary>RFC 4231, test cases 1, 3 (as text where it is text), 6 and 7.</summary>
    [Theory]
    [InlineData(0x0b, 20, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")]
    [InlineData(
        0xaa,
        131,
        "Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")]
    [InlineData(
        0xaa,
        131,
        "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being "
        + "used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2")]
    public void Vectors_of_RFC_4231_hold(int keyByte, int keyLength, string value, string expected)
    {
        byte[] key = [.. Enumerable.Repeat((byte)keyByte, keyLength)];
        Assert.Equal(expected, Identifiers.Hash(value, key, Identifiers.MaxLength, normalize: false));
        Assert.Equal(expected[..16], Identifiers.Hash(value, key, normalize: false));
        Assert.Equal(expected[..8], Identifiers.Hash(value, key, 8, normalize: false));
    }

    [Fact]
    public void White_space_around_and_case_make_no_difference_unless_asked_for()
    {
        string expected = Identifiers.Hash("ann@example.com", s_key);
        Assert.Equal(expected, Identifiers.Hash("  Ann@Example.COM\t", s_key));
        Assert.Equal(expected, Identifiers.Hash("ann@example.com", s_key, normalize: false));
        Assert.NotEqual(expected, Identifiers.Hash("Ann@example.com", s_key, normalize: false));
        Assert.Equal(Identifiers.Hash("ÄÖ", s_key), Identifiers.Hash("äö", s_key));
    }

    [Fact]
    public void Whatever_is_equal_without_regard_to_case_has_the_same_hash()
    {
        for (int c = 0; c <= char.MaxValue; c++)
        {
            string text = "a" + (char)c;
            if (!char.IsSurrogate((char)c))
            {
                string hash = Identifiers.Hash(text, s_key);
                Assert.Equal(hash, Identifiers.Hash(text.ToUpperInvariant(), s_key));
                Assert.Equal(hash, Identifiers.Hash(text.ToLowerInvariant(), s_key));
            }
        }

        Assert.Equal(
            Identifiers.Hash("\u03c3\u03bf\u03c6\u03cc\u03c2", s_key), Identifiers.Hash("\u03a3\u039f\u03a6\u038c\u03a3", s_key));
        Assert.Equal(Identifiers.Hash("\U00010400x", s_key), Identifiers.Hash("\U00010428X", s_key));
        Assert.NotEqual(Identifiers.Hash("\u00e9", s_key), Identifiers.Hash("e", s_key));
    }

    [Fact]
    public void Value_key_and_nothing_else_decide()
    {
        Assert.Equal(Identifiers.Hash("", s_key), Identifiers.Hash("   ", s_key));
        Assert.NotEqual(Identifiers.Hash("a", s_key), Identifiers.Hash("b", s_key));
        Assert.NotEqual(Identifiers.Hash("a", s_key), Identifiers.Hash("a", [.. s_key, 1]));
    }

    [Theory]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(100_000)]
    public void Long_values_are_hashed_like_short_ones(int length)
    {
        string value = string.Concat(Enumerable.Range(0, length).Select(static i => i % 5 == 0 ? '€' : (char)('A' + i % 26)));
        string expected = Convert.ToHexStringLower(
            System.Security.Cryptography.HMACSHA256.HashData(s_key, Encoding.UTF8.GetBytes(value.ToLowerInvariant())));
        Assert.Equal(expected, Identifiers.Hash(value, s_key, Identifiers.MaxLength));
    }

    [Fact]
    public void TryHash_fills_what_fits_and_nothing_else()
    {
        Span<char> buffer = stackalloc char[20];
        buffer.Fill('x');
        Assert.False(Identifiers.TryHash("a", s_key, buffer[..15], out int written));
        Assert.Equal(0, written);
        Assert.Equal(new string('x', 20), buffer.ToString());
        Assert.True(Identifiers.TryHash("a", s_key, buffer, out written));
        Assert.Equal(16, written);
        Assert.Equal(Identifiers.Hash("a", s_key) + "xxxx", buffer.ToString());
    }

    [Fact]
    public void Short_keys_and_odd_lengths_are_refused()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Identifiers.Hash("a", new byte[15]));
        Assert.Contains("16 bytes", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Identifiers.Hash("a", []));
        Assert.Throws<ArgumentException>(() => Identifiers.TryHash("a", new byte[15], new char[1], out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => Identifiers.Hash("a", s_key, 7));
        Assert.Throws<ArgumentOutOfRangeException>(() => Identifiers.Hash("a", s_key, 65));
        Assert.Throws<ArgumentOutOfRangeException>(() => Identifiers.TryHash("a", s_key, new char[99], out _, 65));
    }

    [Fact]
    public void Hashing_allocates_its_result_and_TryHash_nothing()
    {
        char[] buffer = new char[64];
        long least = long.MaxValue;
        for (int round = 0; round < 10 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                Identifiers.TryHash("Ann@example.com", s_key, buffer, out _);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Theory]
    [InlineData("a:b:c", "a", "b", "c")]
    [InlineData("a:c", "a", null, "c")]
    [InlineData("a:c", "", "a", "", "c", "")]
    [InlineData("a\\:b:c", "a:b", "c")]
    [InlineData("a:b\\:c", "a", "b:c")]
    [InlineData("a\\\\:b", "a\\", "b")]
    [InlineData("\\:", ":")]
    [InlineData("", "", null)]
    public void Parts_are_joined_and_what_looks_like_a_separator_is_escaped(string expected, params string?[] parts) =>
        Assert.Equal(expected, Identifiers.Combine(parts));

    [Fact]
    public void No_two_lists_of_parts_make_the_same_key()
    {
        string[] parts = ["a", ":", "\\", "a:", ":a", "\\:", ":\\", "a\\", "\\a", "\\\\", "::"];
        IEnumerable<string[]> lists =
        [
            .. parts.Select(static one => new[] { one }),
            .. parts.SelectMany(one => parts.Select(two => new[] { one, two })),
            .. parts.SelectMany(one => parts.SelectMany(two => parts.Select(three => new[] { one, two, three }))),
        ];
        string[] keys = [.. lists.Select(static list => Identifiers.Combine(list))];
        Assert.Equal(11 + 121 + 1331, keys.Distinct(StringComparer.Ordinal).Count());
    }
}
