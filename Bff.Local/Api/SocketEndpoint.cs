using System.Net.WebSockets;

namespace Bff.Local.Api;

/// <summary>GET /api/socket: a WebSocket that sends back every message until the caller closes it.</summary>
internal static class SocketEndpoint
{
    public static void MapSocket(this IEndpointRouteBuilder routes) => routes.MapGet("/socket", HandleAsync);

    private static async Task<IResult> HandleAsync(HttpContext http, IHostApplicationLifetime lifetime)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            return TypedResults.Problem("This is a WebSocket.", statusCode: StatusCodes.Status400BadRequest);
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await EchoAsync(socket, end.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            // The caller is gone, or this server goes.
        }

        return TypedResults.Empty;
    }

    private static async Task EchoAsync(WebSocket socket, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, cancellation);
        }
    }
}
