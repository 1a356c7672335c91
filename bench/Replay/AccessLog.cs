using System.Globalization;
using RateSync.Fast.Tool.Logs;

namespace RateSync.Fast.Bench.Replay;

/// <summary>The requests of a log, in the order of time; lines of the same second stay in the order of the file.</summary>
internal sealed class AccessLog
{
    private const int MaxNamed = 5;

    private readonly List<string> _clients = [];
    private readonly List<string> _malformed = [];

    private AccessLog()
    {
    }

    public IReadOnlyList<Request> Requests { get; private set; } = [];

    public IReadOnlyList<string> Clients => _clients;

    public int Lines { get; private set; }

    public int Malformed { get; private set; }

    /// <summary>The first malformed lines, with number and what was expected.</summary>
    public IReadOnlyList<string> NamedMalformed => _malformed;

    /// <exception cref="UsageException">The file cannot be read, or has nothing that could be.</exception>
    public static AccessLog Read(string file)
    {
        if (Directory.Exists(file))
        {
            throw new UsageException($"{file} is a directory; an access log is a file.");
        }

        if (!File.Exists(file))
        {
            throw new UsageException($"There is no file {file}.");
        }

        AccessLog log = new();
        try
        {
            log.Take(File.ReadLines(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file} cannot be read: {exception.Message}");
        }

        if (log.Lines == 0)
        {
            throw new UsageException($"{file} is empty.");
        }

        if (log.Requests.Count == 0)
        {
            throw new UsageException($"{file}: none of its {log.Lines:N0} lines is in the combined log format. {log._malformed[0]}.");
        }

        return log;
    }

    private void Take(IEnumerable<string> lines)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        List<Request> requests = [];
        foreach (string line in lines)
        {
            Lines++;
            if (CombinedLog.Parse(line, out LogEntry entry) is { } wrong)
            {
                Malformed++;
                if (_malformed.Count < MaxNamed)
                {
                    _malformed.Add(string.Create(CultureInfo.InvariantCulture, $"Line {Lines}: {wrong}"));
                }

                continue;
            }

            if (!numbers.TryGetValue(entry.Client, out int number))
            {
                number = _clients.Count;
                numbers.Add(entry.Client, number);
                _clients.Add(entry.Client);
            }

            requests.Add(new Request(entry.Time.UtcTicks, number, Lines));
        }

        // Stable, as LINQ's sort is.
        Requests = [.. requests.OrderBy(static r => r.Ticks)];
    }
}
