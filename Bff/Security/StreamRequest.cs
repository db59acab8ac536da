using Bff.Settings;
using Microsoft.AspNetCore.Http.Features;

namespace Bff.Security;

/// <summary>
/// The two requests of a page that stay open and to which no script can add a header: a WebSocket's handshake, and an
/// <c>EventSource</c>.
/// </summary>
internal static class StreamRequest
{
    public const string EventStreamType = "text/event-stream";

    public static bool IsOne(HttpContext context) => IsWebSocket(context) || IsEventSource(context.Request);

    /// <summary>Whether the request is one of them, and comes from a page that may call the BFF: browsers say so themselves.</summary>
    public static bool IsFromAllowedPage(HttpContext context, BffOptions options)
    {
        var request = context.Request;
        if (request.Headers.Origin is [{ } origin]) return IsOne(context) && options.IsAllowedOrigin(origin);
        // Within one origin an EventSource sends no Origin; that a page of another site or origin asks, the browser would not hide.
        return request.Headers.Origin.Count == 0 && IsEventSource(request) && request.Headers["Sec-Fetch-Site"] is ["same-origin"]
            && options.SpaOrigins.Contains(options.PublicOrigin);
    }

    /// <summary>A handshake by RFC 6455, which HTTP/1.1 upgrades, or by RFC 8441, which HTTP/2 connects.</summary>
    public static bool IsWebSocket(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: var protocol } ? IsWebSocket(protocol)
        : HttpMethods.IsGet(context.Request.Method) && HttpProtocol.IsHttp11(context.Request.Protocol)
            && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && context.Request.Headers.Upgrade is [var upgrade] && IsWebSocket(upgrade);

    /// <summary>Whether a page asked for a WebSocket, and the request is none any more.</summary>
    public static bool LacksUpgrade(HttpRequest request) =>
        request.Headers.ContainsKey("Sec-WebSocket-Key") || request.Headers.ContainsKey("Sec-WebSocket-Version");

    /// <summary>Whether an <c>EventSource</c> takes the answer, whatever else its type says.</summary>
    public static bool IsEventStream(HttpResponse response)
    {
        var type = response.ContentType.AsSpan();
        var end = type.IndexOf(';');
        return (end < 0 ? type : type[..end]).Trim().Equals(EventStreamType, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsWebSocket(string? protocol) => "websocket".Equals(protocol, StringComparison.OrdinalIgnoreCase);

    private static bool IsEventSource(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept is [EventStreamType];
}
