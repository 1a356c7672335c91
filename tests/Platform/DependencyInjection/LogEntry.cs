using Microsoft.Extensions.Logging;

namespace RateSync.Fast.Tests.Platform.DependencyInjection;

/// <summary>One line of a log.</summary>
internal sealed record LogEntry(string Category, LogLevel Level, EventId Event, string Text, IReadOnlyDictionary<string, object?> Values);
