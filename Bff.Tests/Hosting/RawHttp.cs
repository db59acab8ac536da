using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bff.Tests.Hosting;

/// <summary>Bytes over a socket: an HTTP client would tidy them up before it sends them.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>All that comes back until the server closes the connection; Latin-1 in both directions.</summary>
    /// <exception cref="TimeoutException">The connection was still open after 60 seconds.</exception>
    public static async Task<string> SendAsync(Uri at, string request)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience);
        var answer = new MemoryStream();
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, at.Port, deadline.Token);
            // Both at once: a reset while the request is written must not lose the answer.
            var reading = UnlessResetAsync(socket.GetStream().CopyToAsync(answer, deadline.Token));
            await UnlessResetAsync(socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), deadline.Token).AsTask());
            await reading;
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The connection stayed open after {request}\nSo far it brought: "
                + $"{Encoding.Latin1.GetString(answer.ToArray())}");
        }
        return Encoding.Latin1.GetString(answer.ToArray());
    }

    /// <summary>A server that refuses what it has not read yet resets the connection; what it sent before counts.</summary>
    private static async Task UnlessResetAsync(Task transfer)
    {
        try
        {
            await transfer;
        }
        catch (IOException exception) when (exception.InnerException is SocketException)
        {
        }
    }

    /// <summary>
    /// A request line and header lines, closed by an empty line; <c>Host</c> and <c>Connection: close</c> are added unless named.
    /// </summary>
    public static Task<string> SendAsync(Uri at, string requestLine, IEnumerable<string> headers, string body = "")
    {
        List<string> lines = [requestLine, .. headers];
        bool Names(string name) => lines.Skip(1).Any(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
        if (!Names("Host")) lines.Add("Host: " + at.Authority);
        if (!Names("Connection")) lines.Add("Connection: close");
        return SendAsync(at, string.Join("\r\n", lines) + "\r\n\r\n" + body);
    }

    public static int Status(string answer) =>
        answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
        ? int.Parse(answer.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture) : 0;
}
