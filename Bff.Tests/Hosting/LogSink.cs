using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Bff.Tests.Hosting;

/// <summary>Keeps every log line, exceptions included, so that a test can say what must not be among them.</summary>
internal sealed class LogSink : ILoggerProvider
{
    private readonly ConcurrentQueue<string> lines = [];
    private readonly ConcurrentQueue<LogEvent> events = [];

    // Copies: a queue, spread into a list while other threads log, throws.
    public IReadOnlyCollection<string> Lines => lines.ToArray();

    /// <summary>What a collector of structured logs would get.</summary>
    public IReadOnlyCollection<LogEvent> Events => events.ToArray();

    public string All => string.Join('\n', lines);

    /// <summary>Waits for a line: a request's own is written when its response is already at the client.</summary>
    public Task UntilAsync(string line) =>
        Poll.UntilAsync(() => Task.FromResult(All.Contains(line, StringComparison.Ordinal)), $"not in the log: {line}");

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, lines, events);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<string> lines, ConcurrentQueue<LogEvent> events) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            lines.Enqueue($"{category} scope {state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            lines.Enqueue($"{logLevel} {category}[{eventId.Id}] {formatter(state, exception)} {exception}");
            var properties = state as IEnumerable<KeyValuePair<string, object?>> ?? [];
            events.Enqueue(new LogEvent(category, logLevel, eventId, formatter(state, exception),
                properties.ToDictionary(pair => pair.Key, pair => pair.Value?.ToString())));
        }
    }
}

/// <summary>One record of a structured log.</summary>
internal sealed record LogEvent(string Category, LogLevel Level, EventId Event, string Message,
    IReadOnlyDictionary<string, string?> Properties);
