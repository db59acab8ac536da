using Bff.Security;

namespace Bff.Proxy;

/// <summary>
/// Over HTTP/2 a WebSocket's handshake is a <c>CONNECT</c> (RFC 8441); routes and their methods mean the <c>GET</c> that it is over
/// HTTP/1.1.
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
