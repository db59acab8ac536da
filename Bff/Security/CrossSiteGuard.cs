using Bff.Errors;
using Bff.Settings;

namespace Bff.Security;

/// <summary>What an endpoint demands of a request before it handles it.</summary>
/// <param name="FormsMayPost">An HTML form cannot send the header; an allowed <c>Origin</c> stands for it.</param>
/// <param name="StreamsMayOpen">
/// A <c>WebSocket</c> and an <c>EventSource</c> cannot send it either; an allowed <c>Origin</c> is enough for them too.
/// </param>
internal sealed record CsrfHeaderRequired(bool FormsMayPost = false, bool StreamsMayOpen = false);

/// <summary>
/// Refuses requests that another site could have caused (RFC 9700, OWASP Fetch Metadata): a foreign <c>Origin</c>, a
/// cross-site request that is no navigation, and, where the endpoint demands it, a missing <c>X-CSRF</c> header.
/// It runs before sessions are looked up. Clients that are no browsers send none of the first two.
/// </summary>
internal static partial class CrossSiteGuard
{
    public const string Header = "X-CSRF";

    private static readonly Refusal ForeignOrigin = new("foreign origin",
        "The page's origin is not one of Bff:SpaOrigins. Add it there, exactly as the browser sends it, if it may call the BFF.");

    private static readonly Refusal CrossSite = new("cross-site request",
        "Another site's page, or one that sends no Origin, asked for this. Call it with fetch, in the mode cors, from an allowed origin.");

    private static readonly Refusal NoHeader = new("no X-CSRF header",
        "Send the header X-CSRF: 1. A WebSocket, an EventSource or a form, which cannot, needs an allowed Origin instead.");

    private static readonly Refusal NoUpgrade = new("a WebSocket's handshake without Upgrade, which a proxy in front may have removed",
        "The header Upgrade: websocket or Connection: Upgrade is missing. A proxy in front may have removed it: "
        + "have it pass both on, over HTTP/1.1 (docs/interoperability.md).", "The WebSocket's handshake is not complete");

    private sealed record Refusal(string Reason, string Remedy, string? Title = null)
    {
        public ProblemCode Code { get; } = ProblemCode.Csrf with { Title = Title ?? ProblemCode.Csrf.Title, Detail = Remedy };
    }

    public static TBuilder RequireCsrfHeader<TBuilder>(this TBuilder builder, bool formsMayPost = false,
        bool streamsMayOpen = false) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new CsrfHeaderRequired(formsMayPost, streamsMayOpen));

    public static void UseCrossSiteGuard(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<BffOptions>();
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(CrossSiteGuard).FullName!);
        app.Use((context, next) =>
        {
            if (Judge(context, options) is not { } refusal) return next(context);
            Log.Refused(logger, refusal.Reason);
            return new Problem(refusal.Code).ExecuteAsync(context);
        });
    }

    private static Refusal? Judge(HttpContext context, BffOptions options)
    {
        var request = context.Request;
        var origin = request.Headers.Origin;
        if (origin.Count > 1 || (origin is [{ } only] && !options.IsAllowedOrigin(only))) return ForeignOrigin;
        if (!IsTopLevelNavigation(request.Headers) && IsForeign(request.Headers)) return CrossSite;

        if (context.GetEndpoint()?.Metadata.GetMetadata<CsrfHeaderRequired>() is not { } demand) return null;
        if (request.Headers[Header] is ["1"]) return null;
        if (demand.StreamsMayOpen && StreamRequest.IsFromAllowedPage(context, options)) return null;
        if (demand.StreamsMayOpen && origin.Count == 1 && StreamRequest.LacksUpgrade(request)) return NoUpgrade;
        return demand.FormsMayPost && origin.Count == 1 && request.HasFormContentType ? null : NoHeader;
    }

    // A frame navigates too. Refused only later, any page's frames would use up what a client address may begin of sign-ins.
    private static bool IsTopLevelNavigation(IHeaderDictionary headers) =>
        headers["Sec-Fetch-Mode"] == "navigate" && headers["Sec-Fetch-Dest"] is [] or ["document"];

    // A sibling's page is same-site too. What a script of the SPA asks for from there carries an Origin, which is allowed if we come here.
    private static bool IsForeign(IHeaderDictionary headers) => headers["Sec-Fetch-Site"] switch
    {
        [] or ["same-origin"] or ["none"] => false,
        ["same-site"] => headers.Origin.Count == 0,
        _ => true,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "request_refused: A request was refused as possibly forged: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
