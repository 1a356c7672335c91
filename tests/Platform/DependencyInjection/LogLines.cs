using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RateSync.Fast.Tests.Platform.DependencyInjection;

/// <summary>Keeps what is logged, and lets a test wait for it.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();
    private readonly ConcurrentDictionary<TaskCompletionSource<LogEntry>, Func<LogEntry, bool>> _waiting = new();

    /// <summary>What the library has said.</summary>
    public IReadOnlyList<LogEntry> Ours => [.. _entries.Where(static entry => entry.Category == "RateSync.Fast")];

    public IReadOnlyList<LogEntry> At(LogLevel level) => [.. Ours.Where(entry => entry.Level == level)];

    /// <summary>The first line that is meant, as soon as it is there.</summary>
    public Task<LogEntry> WaitFor(Func<LogEntry, bool> isMeant)
    {
        TaskCompletionSource<LogEntry> source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[source] = isMeant;
        if (Ours.FirstOrDefault(isMeant) is { } there)
        {
            source.TrySetResult(there);
        }

        return source.Task;
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private void Add(LogEntry entry)
    {
        _entries.Enqueue(entry);
        foreach ((TaskCompletionSource<LogEntry> source, Func<LogEntry, bool> isMeant) in _waiting)
        {
            if (entry.Category == "RateSync.Fast" && isMeant(entry))
            {
                source.TrySetResult(entry);
            }
        }
    }

    private sealed class Logger(LogLines lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull =>
            null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Dictionary<string, object?> values = new(StringComparer.Ordinal);
            foreach ((string name, object? value) in state as IEnumerable<KeyValuePair<string, object?>> ?? [])
            {
                values[name] = value;
            }

            lines.Add(new LogEntry(category, logLevel, eventId, formatter(state, exception), values));
        }
    }
}
