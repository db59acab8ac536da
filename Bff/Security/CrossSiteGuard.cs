using Bff.Configuration;
using Bff.Errors;

namespace Bff.Security;

/// <summary>What an endpoint demands of a request before anything of it is looked at.</summary>
/// <param name="FormsMayPost">An HTML form cannot send the header; an allowed <c>Origin</c> stands for it.</param>
internal sealed record CsrfHeaderRequired(bool FormsMayPost = false);

/// <summary>
/// Refuses requests that another site could have caused (RFC 9700, OWASP Fetch Metadata): a foreign <c>Origin</c>, a
/// cross-site request that is no navigation, and, where the endpoint demands it, a missing <c>X-CSRF</c> header.
/// It runs before sessions are looked up. Clients that are no browsers send none of the first two.
/// </summary>
internal static partial class CrossSiteGuard
{
    public const string Header = "X-CSRF";

    public static TBuilder RequireCsrfHeader<TBuilder>(this TBuilder builder, bool formsMayPost = false) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new CsrfHeaderRequired(formsMayPost));

    public static void UseCrossSiteGuard(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<BffOptions>();
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(CrossSiteGuard).FullName!);
        app.Use(async (context, next) =>
        {
            if (Fault(context, options) is not { } fault)
            {
                await next(context);
                return;
            }
            Log.Refused(logger, fault);
            await new Problem(ProblemCode.Csrf).ExecuteAsync(context);
        });
    }

    private static string? Fault(HttpContext context, BffOptions options)
    {
        var request = context.Request;
        var origin = request.Headers.Origin;
        if (origin.Count > 1 || (origin is [{ } only] && !options.IsAllowedOrigin(only))) return "foreign origin";
        if (request.Headers["Sec-Fetch-Site"] == "cross-site" && request.Headers["Sec-Fetch-Mode"] != "navigate") return "cross-site request";

        if (context.GetEndpoint()?.Metadata.GetMetadata<CsrfHeaderRequired>() is not { } demand) return null;
        if (request.Headers[Header] is ["1"]) return null;
        return demand.FormsMayPost && origin.Count == 1 && request.HasFormContentType ? null : "no X-CSRF header";
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "A request was refused as possibly forged: {Fault}")]
        public static partial void Refused(ILogger logger, string fault);
    }
}
