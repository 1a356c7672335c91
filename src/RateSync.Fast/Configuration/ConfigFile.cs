using System.Text;
using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Configuration;

/// <summary>Reads files and documents.</summary>
internal static class ConfigFile
{
    /// <summary>A thousand limiters take a tenth of it.</summary>
    public const int MaxBytes = 1 << 20;

    private const string TooLong = "at most 1048576 bytes";

    /// <summary>Most files fit into this at once.</summary>
    private const int FirstBytes = 4096;

    public static RateSyncConfiguration Parse(ReadOnlySpan<byte> utf8, ConfigSource source, Func<string, string?> environment)
    {
        if (utf8.Length > MaxBytes)
        {
            source.Report("", default, TooLong, "more", "The configuration is too long: expected " + TooLong + ".");
            source.ThrowIfProblems();
        }

        TomlTable table;
        try
        {
            table = TomlParser.Parse(utf8);
        }
        catch (TomlException e)
        {
            Report(utf8, source, e);
            throw;
        }

        return ConfigTree.Read(new Expander(source, environment).Expand(TomlNodes.From(table)), source);
    }

    private static void Report(ReadOnlySpan<byte> utf8, ConfigSource source, TomlException e)
    {
        string found = Secrets.MayFollow(LineBefore(utf8, e.Position)) ? Secrets.Mask : e.Found;
        source.Report("", e.Position, e.Expected, found, $"expected {e.Expected}, found {found}.");
        source.ThrowIfProblems();
    }

    /// <summary>The bytes of a file, of which only so many are read as may be needed to see that it is too long.</summary>
    /// <exception cref="ConfigurationException">It cannot be read or is too long.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                throw Unusable(path, "is a directory", cause: null);
            }

            // Whoever saves the file meanwhile must not be disturbed.
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return ReadAll(file) ?? throw Unusable(path, "is too long: expected " + TooLong, cause: null);
        }
        catch (Exception e) when (WhyNot(e) is { } reason)
        {
            throw Unusable(path, reason, e);
        }
    }

    /// <summary>Null if there is more than <see cref="MaxBytes"/>.</summary>
    private static byte[]? ReadAll(FileStream file)
    {
        byte[] bytes = new byte[FirstBytes];
        int length = 0;
        while (length <= MaxBytes)
        {
            int read = file.Read(bytes, length, bytes.Length - length);
            if (read == 0)
            {
                Array.Resize(ref bytes, length);
                return bytes;
            }

            length += read;
            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, Math.Min(bytes.Length * 4, MaxBytes + 1));
            }
        }

        return null;
    }

    private static string? WhyNot(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "does not exist",
        IOException or UnauthorizedAccessException or NotSupportedException or System.Security.SecurityException =>
            "cannot be read: " + exception.Message.TrimEnd('.'),
        _ => null,
    };

    private static ConfigurationException Unusable(string path, string reason, Exception? cause)
    {
        ConfigurationProblem problem = new()
        {
            File = path,
            Expected = "a TOML file of " + TooLong,
            Found = reason,
            Message = $"The file {reason}.",
        };
        return cause is null ? new ConfigurationException([problem]) : new ConfigurationException([problem], cause);
    }

    /// <summary>The part of a line before a place in it.</summary>
    private static string LineBefore(ReadOnlySpan<byte> utf8, TomlPosition position)
    {
        for (int line = 1; line < position.Line; line++)
        {
            utf8 = utf8[(utf8.IndexOf((byte)'\n') + 1)..];
        }

        int end = utf8.IndexOf((byte)'\n');
        string text = Encoding.UTF8.GetString(end < 0 ? utf8 : utf8[..end]);
        return text[..Math.Min(text.Length, position.Column)];
    }
}
