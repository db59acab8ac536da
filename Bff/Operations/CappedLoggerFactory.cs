using Bff.Storage;

namespace Bff.Operations;

/// <summary>
/// Caps what the framework may log: below these levels its lines and scopes hold request lines, query strings, headers and URLs,
/// where codes, states and cookies travel. A filter rule could be outdone by a more specific one in the settings; this cannot.
/// </summary>
internal sealed class CappedLoggerFactory(ILoggerFactory inner, TimeProvider time) : ILoggerFactory
{
    private const string Proxy = "Yarp.ReverseProxy";

    private static readonly (string Prefix, LogLevel Minimum)[] Caps =
    [
        // Its one line is the stack trace of a Redis that is away, which is said in words elsewhere.
        ("Microsoft.AspNetCore.DataProtection.KeyManagement.KeyRingProvider", LogLevel.Critical),
        ("Microsoft.AspNetCore", LogLevel.Warning),
        ("System.Net.Http", LogLevel.Warning),
        (Proxy, LogLevel.Warning),
        // It would print a stack trace where Program prints the one line that helps.
        ("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None),
    ];

    private readonly OncePerMinute due = new(time);

    public ILogger CreateLogger(string categoryName)
    {
        var logger = inner.CreateLogger(categoryName);
        if (categoryName.StartsWith(Proxy, StringComparison.Ordinal)) logger = new OneLine(logger, due);
        var minimum = Caps.FirstOrDefault(cap => categoryName.StartsWith(cap.Prefix, StringComparison.Ordinal)).Minimum;
        return minimum == default ? logger : new Capped(logger, minimum);
    }

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    private sealed class Capped(ILogger logger, LogLevel minimum) : ILogger
    {
        /// <summary>None: the host's own holds the request's path, which is the client's text.</summary>
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && logger.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) logger.Log(logLevel, eventId, state, exception, formatter);
        }
    }

    /// <summary>The cause in place of a stack trace, once a minute: while an API is away, every request has the same.</summary>
    private sealed class OneLine(ILogger logger, OncePerMinute due) : ILogger
    {
        private const string Unreadable = "The answer is not valid HTTP.";

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var cause = exception is null ? "" : Cause(exception);
            var text = $"{formatter(state, null)} {cause}".Trim().Take(300);
            var line = string.Concat(text.Select(character => character is < ' ' or > '~' ? '?' : character));
            if (exception is null || due.IsDue(line)) logger.Log(logLevel, eventId, state, null, (_, _) => line);
        }

        // The framework's message quotes the response that it cannot read.
        private static string Cause(Exception exception) => exception switch
        {
            AggregateException { InnerException: { } first } => Cause(first),
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => Unreadable,
            HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } => Unreadable,
            // It has the address; the inner exception does not.
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } =>
                exception.Message,
            _ => exception.GetBaseException().Message,
        };
    }
}
