using System.IO.Compression;
using RateSync.Fast.Tool.Output;

namespace RateSync.Fast.Tool.Logs;

/// <summary>
/// Reads an access log from its beginning to its end, a line at a time, and hands out its lines in the order of time. Servers write a line
/// when a request ends and with the time when it began, so that logs are not quite in order: lines are held back for
/// <see cref="Horizon"/> of the log's own time.
/// </summary>
internal sealed class AccessLogReader(LineKey key)
{
    /// <summary>Requests that take longer than this are out of order; there are few.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromMinutes(5);

    /// <summary>Lines that are held back at a time, at most.</summary>
    private const int MaxHeld = 1_000_000;

    private const int MaxNamed = 5;

    private readonly PriorityQueue<LogLine, (long Ticks, long Number)> _held = new();
    private readonly List<string> _firstMalformed = [];
    private long _latest = long.MinValue;
    private long _handedOut = long.MinValue;

    public long Lines { get; private set; }

    public long Malformed { get; private set; }

    /// <summary>Lines without a key, such as those that a pattern does not match.</summary>
    public long Keyless { get; private set; }

    /// <summary>Lines that came more than <see cref="Horizon"/> late: they are counted at the time of those before them.</summary>
    public long Late { get; private set; }

    /// <summary>The first malformed lines, with number and what was expected.</summary>
    public IReadOnlyList<string> FirstMalformed => _firstMalformed;

    /// <summary>The lines of a text in the order of time.</summary>
    public IEnumerable<LogLine> Read(TextReader text)
    {
        while (text.ReadLine() is { } line)
        {
            Lines++;
            Hold(line);
            while (_held.TryPeek(out LogLine next, out _) && (next.Ticks <= _latest - Horizon.Ticks || _held.Count > MaxHeld))
            {
                yield return Next();
            }
        }

        while (_held.Count > 0)
        {
            yield return Next();
        }
    }

    /// <summary>Opens a file, or the standard input for -. What is compressed by gzip is unpacked, whatever its name.</summary>
    /// <exception cref="ToolException">It cannot be read.</exception>
    public static TextReader Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new ToolException($"{path} is a directory; an access log is a file.");
        }

        if (!string.Equals(path, "-", StringComparison.Ordinal) && !File.Exists(path))
        {
            throw new ToolException($"There is no file {path}");
        }

        Stream stream = string.Equals(path, "-", StringComparison.Ordinal)
            ? Console.OpenStandardInput()
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        BufferedStream buffered = new(stream, 1 << 16);
        byte[] head = new byte[2];
        int length = buffered.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        Stream whole = new HeadedStream(head.AsMemory(0, length), buffered);
        bool isPacked = length == 2 && head[0] == 0x1f && head[1] == 0x8b;
        return new StreamReader(isPacked ? new GZipStream(whole, CompressionMode.Decompress) : whole);
    }

    private void Hold(string line)
    {
        if (CombinedLog.Parse(line, out LogEntry entry) is { } wrong)
        {
            Malformed++;
            if (_firstMalformed.Count < MaxNamed)
            {
                _firstMalformed.Add(Words.Text($"line {Lines}: {wrong}"));
            }
        }
        else if (key.Of(line, entry) is not { Length: > 0 } name)
        {
            Keyless++;
        }
        else
        {
            long ticks = entry.Time.UtcTicks;
            _latest = Math.Max(_latest, ticks);
            _held.Enqueue(new LogLine(ticks, Lines, name), (ticks, Lines));
        }
    }

    private LogLine Next()
    {
        LogLine line = _held.Dequeue();
        if (line.Ticks < _handedOut)
        {
            Late++;
            return line with { Ticks = _handedOut };
        }

        _handedOut = line.Ticks;
        return line;
    }
}
