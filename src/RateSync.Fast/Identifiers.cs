using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using RateSync.Fast.Engine;

namespace RateSync.Fast;

/// <summary>Turns what callers are known by (addresses, e-mails, tokens) into keys for limiters.</summary>
public static class Identifiers
{
    /// <summary>Hexadecimal digits of a whole hash.</summary>
    public const int MaxLength = 2 * HMACSHA256.HashSizeInBytes;

    // Fewer, and strangers would share a limit by chance: with 8 digits two of 10,000 clients do in one of a hundred cases.
    private const int MinLength = 8;
    private const int MinKeyBytes = 16;
    private const int OnStack = 512;
    private const char Separator = ':';
    private const char Escape = '\\';

    private static readonly SearchValues<char> s_special = SearchValues.Create(Separator, Escape);

    /// <summary>
    /// A pseudonym of a value: the same for the same value and key, and of no use without the key. HMAC-SHA-256 (RFC 2104, FIPS 180-4) of
    /// its UTF-8 bytes, in lower-case hexadecimal digits.
    /// </summary>
    /// <param name="value">What the caller is known by.</param>
    /// <param name="key">
    /// The secret, 16 bytes or more; keep it out of the logs and stores that the hashes go to. There is no overload without one on
    /// purpose: addresses
    /// and e-mails are so few that a list of all their plain hashes is made in minutes, and with it every hash is turned back into its
    /// value.
    /// </param>
    /// <param name="length">Hexadecimal digits of the result, from 8 to <see cref="MaxLength"/>; four bits each.</param>
    /// <param name="normalize">Whether white space around the value and upper or lower case (of the invariant culture) make no
    /// difference. Two ways to write one character, such as an accent of its own, do make one: normalize such values first.</param>
    /// <returns>The digits. Allocates nothing else for values of up to some hundreds of characters.</returns>
    /// <exception cref="ArgumentException">The key has less than 16 bytes.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is out of range.</exception>
    public static string Hash(ReadOnlySpan<char> value, ReadOnlySpan<byte> key, int length = 16, bool normalize = true)
    {
        Check.Range(length, MinLength, MaxLength, nameof(length));
        Span<char> digits = stackalloc char[length];
        Fill(value, key, digits, normalize);
        return new string(digits);
    }

    /// <summary>As <see cref="Hash"/>, into a buffer of the caller's: the digits of it are filled from the left.</summary>
    /// <param name="value">What the caller is known by.</param>
    /// <param name="key">The secret, 16 bytes or more.</param>
    /// <param name="destination">Takes the digits.</param>
    /// <param name="charsWritten">How many there are: <paramref name="length"/>, or 0.</param>
    /// <param name="length">Hexadecimal digits of the result, from 8 to <see cref="MaxLength"/>.</param>
    /// <param name="normalize">Whether white space around the value and upper or lower case make no difference.</param>
    /// <returns>False, and nothing is written, if the buffer is too small.</returns>
    /// <exception cref="ArgumentException">The key has less than 16 bytes.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is out of range.</exception>
    public static bool TryHash(
        ReadOnlySpan<char> value,
        ReadOnlySpan<byte> key,
        Span<char> destination,
        out int charsWritten,
        int length = 16,
        bool normalize = true)
    {
        Check.Range(length, MinLength, MaxLength, nameof(length));
        CheckKey(key);
        charsWritten = destination.Length < length ? 0 : length;
        if (charsWritten > 0)
        {
            Fill(value, key, destination[..length], normalize);
        }

        return charsWritten > 0;
    }

    /// <summary>
    /// One key of several parts, joined by ':'. Different parts never make the same key: a ':' or '\' within a part is written as '\:' or
    /// '\\'.
    /// </summary>
    /// <param name="parts">The parts. Null and empty ones are left out, so where a part may be missing its neighbours should say what they
    /// are.</param>
    /// <returns>The key; empty if no part is left.</returns>
    public static string Combine(params ReadOnlySpan<string?> parts)
    {
        long length = 0;
        foreach (string? part in parts)
        {
            length += string.IsNullOrEmpty(part) ? 0 : Separators(part) + part.Length + 1;
        }

        if (length == 0)
        {
            return "";
        }

        return string.Create(checked((int)(length - 1)), parts, static (key, parts) =>
        {
            int at = 0;
            foreach (string? part in parts)
            {
                if (string.IsNullOrEmpty(part))
                {
                    continue;
                }

                if (at > 0)
                {
                    key[at++] = Separator;
                }

                at += Write(part, key[at..]);
            }
        });
    }

    private static int Separators(string part)
    {
        int count = 0;
        for (ReadOnlySpan<char> rest = part; rest.IndexOfAny(s_special) is >= 0 and int at; rest = rest[(at + 1)..])
        {
            count++;
        }

        return count;
    }

    private static int Write(ReadOnlySpan<char> part, Span<char> key)
    {
        int at = 0;
        while (part.IndexOfAny(s_special) is >= 0 and int special)
        {
            part[..special].CopyTo(key[at..]);
            at += special;
            key[at++] = Escape;
            key[at++] = part[special];
            part = part[(special + 1)..];
        }

        part.CopyTo(key[at..]);
        return at + part.Length;
    }

    private static void Fill(ReadOnlySpan<char> value, ReadOnlySpan<byte> key, Span<char> digits, bool normalize)
    {
        CheckKey(key);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        scoped ReadOnlySpan<char> text = normalize ? value.Trim() : value;
        char[]? rentedChars = text.Length <= OnStack ? null : ArrayPool<char>.Shared.Rent(text.Length);
        byte[]? rentedBytes = null;
        Span<char> lower = rentedChars ?? stackalloc char[OnStack];
        try
        {
            if (normalize)
            {
                // The invariant culture's lower case has as many UTF-16 units as the upper case.
                text = lower[..text.ToLowerInvariant(lower)];
                FoldCase(lower[..text.Length]);
            }

            int most = Encoding.UTF8.GetMaxByteCount(text.Length);
            Span<byte> bytes = most <= 3 * OnStack ? stackalloc byte[3 * OnStack] : rentedBytes = ArrayPool<byte>.Shared.Rent(most);
            HMACSHA256.HashData(key, bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
        }
        finally
        {
            // What is personal does not stay behind in buffers that others will see.
            if (rentedChars is not null)
            {
                ArrayPool<char>.Shared.Return(rentedChars, clearArray: true);
            }

            if (rentedBytes is not null)
            {
                ArrayPool<byte>.Shared.Return(rentedBytes, clearArray: true);
            }
        }

        Span<char> all = stackalloc char[MaxLength];
        Convert.TryToHexStringLower(hash, all, out _);
        all[..digits.Length].CopyTo(digits);
    }

    /// <summary>
    /// Makes equal what only its upper case makes equal, as comparison without regard to case does: a sigma at the end of a word and
    /// within it, or a long s and a plain one. Otherwise nobody would need more than that to look like somebody else.
    /// </summary>
    private static void FoldCase(Span<char> lower)
    {
        foreach (ref char c in lower)
        {
            if (!char.IsAscii(c))
            {
                c = char.ToLowerInvariant(char.ToUpperInvariant(c));
            }
        }
    }

    private static void CheckKey(ReadOnlySpan<byte> key)
    {
        if (key.Length < MinKeyBytes)
        {
            throw new ArgumentException(
                $"A key of {key.Length} bytes can be guessed, and every hash with it. "
                + $"It must have {MinKeyBytes} bytes or more, from a random source.",
                nameof(key));
        }
    }
}
