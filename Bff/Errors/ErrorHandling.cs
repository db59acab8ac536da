using Bff.Storage;
using Microsoft.AspNetCore.Diagnostics;

namespace Bff.Errors;

/// <summary>Turns what escapes and what the framework answers without a body into problems.</summary>
internal static partial class ErrorHandling
{
    public static IServiceCollection AddProblems(this IServiceCollection services) => services.AddExceptionHandler<UnhandledExceptions>();

    public static void UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            SuppressDiagnosticsCallback = _ => true,
            // Required by the framework; UnhandledExceptions has handled every exception before.
            ExceptionHandler = _ => Task.CompletedTask,
        });
        app.UseStatusCodePages(context =>
            new Problem(ProblemCode.Of(context.HttpContext.Response.StatusCode)).ExecuteAsync(context.HttpContext));
    }

    private sealed partial class UnhandledExceptions(RedisFaults faults, ILogger<UnhandledExceptions> logger) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            var code = exception switch
            {
                _ when RedisConnection.IsFault(exception) => ProblemCode.StoreUnavailable,
                BadHttpRequestException bad => ProblemCode.Of(bad.StatusCode),
                _ => ProblemCode.InternalError,
            };
            if (code == ProblemCode.StoreUnavailable) faults.Report(exception);
            if (code == ProblemCode.InternalError) Log.Unhandled(logger, exception);
            await new Problem(code).ExecuteAsync(httpContext);
            return true;
        }

        private static partial class Log
        {
            [LoggerMessage(1, LogLevel.Error, "Unhandled exception.")]
            public static partial void Unhandled(ILogger logger, Exception exception);
        }
    }
}
