using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bff.Benchmarks.Load;

/// <summary>
/// HTTP/1.1 on one kept connection, one request after the other. It knows no more than the servers under test send, so that it costs
/// little beside them.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private const int BlockSize = 64 * 1024;

    private static readonly byte[] Block = new byte[BlockSize];
    private static readonly byte[] LineFeed = "\n"u8.ToArray(), LineEnd = "\r\n"u8.ToArray(), HeadEnd = "\r\n\r\n"u8.ToArray();

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = new byte[BlockSize];
    private int start, end;

    public static async Task<HttpConnection> OpenAsync(int port)
    {
        var connection = new HttpConnection();
        await connection.socket.ConnectAsync(IPAddress.Loopback, port);
        return connection;
    }

    /// <param name="request">The head, and the body where it is small.</param>
    /// <param name="bodyLength">The length of a larger body of zeros that follows.</param>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> request, long bodyLength = 0)
    {
        await SendAllAsync(request);
        for (var left = bodyLength; left > 0; left -= BlockSize) await SendAllAsync(Block.AsMemory(0, (int)Math.Min(left, BlockSize)));
    }

    /// <summary>The next response, its body read and dropped.</summary>
    public async ValueTask<HttpHead> ReceiveAsync() => (await ReceiveAsync(keepsHead: false)).Head;

    /// <summary>As <see cref="ReceiveAsync()"/>, with the lines of the head.</summary>
    public async ValueTask<(HttpHead Head, string Text)> ReceiveWithHeadAsync() => await ReceiveAsync(keepsHead: true);

    /// <summary>Reads the head only; what follows is read by <see cref="LineAsync"/>.</summary>
    public async ValueTask<HttpHead> ReceiveHeadAsync() => (await HeadAsync(keepsHead: false)).Head;

    /// <summary>The next line, without its end.</summary>
    public async ValueTask<string> LineAsync()
    {
        var length = await FindAsync(LineEnd);
        var line = Encoding.Latin1.GetString(buffer, start, length);
        start += length + 2;
        return line;
    }

    /// <summary>The next line that ends with a line feed alone.</summary>
    public async ValueTask<string> EventLineAsync()
    {
        var length = await FindAsync(LineFeed);
        var line = Encoding.Latin1.GetString(buffer, start, length);
        start += length + 1;
        return line;
    }

    public void Dispose() => socket.Dispose();

    private async ValueTask<(HttpHead Head, string Text)> ReceiveAsync(bool keepsHead)
    {
        var (head, text) = await HeadAsync(keepsHead);
        if (head.Length >= 0) await SkipAsync(head.Length);
        else await SkipChunksAsync();
        return (head, text);
    }

    private async ValueTask<(HttpHead Head, string Text)> HeadAsync(bool keepsHead)
    {
        var length = await FindAsync(HeadEnd) + 2;
        var head = HttpHead.Parse(buffer.AsSpan(start, length));
        var text = keepsHead ? Encoding.Latin1.GetString(buffer, start, length) : "";
        start += length + 2;
        return (head, text);
    }

    private async ValueTask SkipChunksAsync()
    {
        while (long.Parse(await LineAsync(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var size)
            await SkipAsync(size + 2);
        await LineAsync();
    }

    private async ValueTask SkipAsync(long count)
    {
        while (count > end - start)
        {
            count -= end - start;
            start = end = 0;
            await FillAsync();
        }
        start += (int)count;
    }

    /// <summary>Reads until the mark has come, and returns how far it is.</summary>
    private async ValueTask<int> FindAsync(byte[] mark)
    {
        while (true)
        {
            var index = buffer.AsSpan(start, end - start).IndexOf(mark);
            if (index >= 0) return index;
            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }
            await FillAsync();
        }
    }

    private async ValueTask FillAsync()
    {
        var count = await socket.ReceiveAsync(buffer.AsMemory(end), SocketFlags.None);
        if (count == 0) throw new IOException("The server closed the connection.");
        end += count;
    }

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None)..];
    }
}
