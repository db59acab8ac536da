using System.Net.Sockets;
using System.Text;

namespace Bff.Proxy;

/// <summary>
/// A connection to the API. An API may answer before it has read the request, and close (RFC 9112 section 9.5). The HTTP client reads
/// no answer before it has sent the whole request, so a write that fails counts as done: the read finds the answer, or that there is none.
/// </summary>
internal sealed class ApiConnection(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private bool isClosed;

    public static void Use(SocketsHttpHandler client)
    {
        // Byte for byte: field values have no encoding of their own (RFC 9110 section 5.5). ServerLimits reads and writes them likewise.
        client.RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1;
        client.ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1;
        client.ConnectCallback = ConnectAsync;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The rest of the body would fail write by write.
        if (isClosed) return;
        try
        {
            await base.WriteAsync(buffer, cancellationToken);
        }
        catch (IOException)
        {
            isClosed = true;
        }
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new ApiConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
