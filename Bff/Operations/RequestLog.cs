using System.Diagnostics;
using Bff.Errors;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Logging.Console;

namespace Bff.Operations;

/// <summary>
/// One line per request, without query strings: codes and states travel there. Off by default, because it adds a fifth to a half to the
/// cost of a <c>/me</c>; the log level Information of its category switches it on.
/// </summary>
internal static partial class RequestLog
{
    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>
    /// Silences the framework's own lines that print whole URLs and headers, whatever level the operator sets. Lines of the console begin
    /// with the time, in UTC, unless the settings have a format.
    /// </summary>
    public static void AddRequestLog(this WebApplicationBuilder builder)
    {
        // First, so that every other source of settings overrides it.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = [new($"Logging:LogLevel:{typeof(RequestLog).FullName}", nameof(LogLevel.Warning))],
        });
        var services = builder.Services;
        // Without a name, the formatter does not get its options but obsolete ones.
        services.PostConfigure<ConsoleLoggerOptions>(options => options.FormatterName ??= ConsoleFormatterNames.Simple);
        services.PostConfigure<SimpleConsoleFormatterOptions>(options => AddTimestamp(options, Timestamp + " "));
        services.PostConfigure<JsonConsoleFormatterOptions>(options =>
        {
            AddTimestamp(options, Timestamp);
            // The client's address (LogScope) and the trace.
            options.IncludeScopes = true;
        });
        services.AddSingleton<LoggerFactory>();
        services.AddSingleton<ILoggerFactory>(provider =>
            new CappedLoggerFactory(provider.GetRequiredService<LoggerFactory>(), provider.GetRequiredService<TimeProvider>()));
    }

    public static void UseRequestLog(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(RequestLog).FullName!);
        app.Use((context, next) => logger.IsEnabled(LogLevel.Information) ? LogAsync(context, next, logger) : next(context));
    }

    private static async Task LogAsync(HttpContext context, RequestDelegate next, ILogger logger)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            if (!IsTrivial(context))
            {
                // The exception handler takes the endpoint off the request.
                var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
                var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "-";
                var (verb, milliseconds) = (Verb(context.Request.Method), Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                Log.Answered(logger, verb, route, context.Response.StatusCode, milliseconds, Problem.TraceId(context));
            }
        }
    }

    /// <summary>What a browser asks before a request, and the files of Swagger UI, unless something is wrong with them.</summary>
    private static bool IsTrivial(HttpContext context) => context.Response.StatusCode < 400
        && (IsPreflight(context.Request) || context.Request.Path.StartsWithSegments("/swagger") || context.Request.Path == "/openapi.yaml");

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.ContainsKey(CorsConstants.Origin)
        && request.Headers.ContainsKey(CorsConstants.AccessControlRequestMethod);

    private static void AddTimestamp(ConsoleFormatterOptions options, string format)
    {
        if (options.TimestampFormat is null) (options.TimestampFormat, options.UseUtcTimestamp) = (format, true);
    }

    // The method and the path are the client's text; only what the program itself knows is written.
    private static string Verb(string method) =>
        HttpMethods.GetCanonicalizedValue(method) is var verb && verb.Length <= 7 && verb.All(char.IsAsciiLetterUpper) ? verb : "other";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Method} {Route} {Status} in {Milliseconds:0.0} ms, trace {TraceId}")]
        public static partial void Answered(ILogger logger, string method, string route, int status, double milliseconds, string traceId);
    }
}
