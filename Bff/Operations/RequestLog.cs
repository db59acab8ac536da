using System.Diagnostics;
using Bff.Errors;
using Microsoft.AspNetCore.Diagnostics;

namespace Bff.Operations;

/// <summary>One line per request, without query strings: codes and states travel there.</summary>
internal static partial class RequestLog
{
    /// <summary>Silences the framework's own lines that print whole URLs and headers, whatever level the operator sets.</summary>
    public static void AddRequestLog(this ILoggingBuilder logging)
    {
        logging.Services.AddSingleton<LoggerFactory>();
        logging.Services.AddSingleton<ILoggerFactory>(services => new DiscreetLoggerFactory(services.GetRequiredService<LoggerFactory>()));
    }

    public static void UseRequestLog(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(RequestLog).FullName!);
        app.Use(async (context, next) =>
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                await next(context);
            }
            finally
            {
                // The exception handler takes the endpoint off the request.
                var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
                var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "-";
                Log.Answered(logger, Verb(context.Request.Method), route, context.Response.StatusCode, Stopwatch.GetElapsedTime(started).TotalMilliseconds, Problem.TraceId(context));
            }
        });
    }

    // The method and the path are the client's text; only what the program itself knows is written.
    private static string Verb(string method) => HttpMethods.GetCanonicalizedValue(method) is var verb && verb.Length <= 7 && verb.All(char.IsAsciiLetterUpper) ? verb : "other";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Method} {Route} {Status} in {Milliseconds:0.0} ms, trace {TraceId}")]
        public static partial void Answered(ILogger logger, string method, string route, int status, double milliseconds, string traceId);
    }
}
