using Bff.Security;

namespace Bff.Proxy;

/// <summary>
/// Over HTTP/2 a WebSocket's handshake is a <c>CONNECT</c> (RFC 8441). Here it becomes a <c>GET</c>, as over HTTP/1.1, so that routes and
/// their methods apply to both.
/// </summary>
internal static class WebSocketMethod
{
    public static void UseWebSocketsOverHttp2(this WebApplication app) => app.Use((context, next) =>
    {
        if (HttpMethods.IsConnect(context.Request.Method) && StreamRequest.IsWebSocket(context)
            && context.Request.Path.StartsWithSegments("/api")) context.Request.Method = HttpMethods.Get;
        return next(context);
    });
}
