using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bff.Tests.Hosting;

/// <summary>An API that answers with bytes that no HTTP server would send.</summary>
internal sealed class RawApi : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private int requests;

    public RawApi()
    {
        listener.Start();
        _ = ServeAsync();
    }

    /// <summary>What is written once a request's headers have come; the connection is closed after that.</summary>
    public Func<Stream, CancellationToken, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    public int Requests => requests;

    public (string Key, string Value)[] Settings =>
        [("ReverseProxy:Clusters:api:Destinations:local:Address", $"http://{listener.LocalEndpoint}"),
        ("ReverseProxy:Clusters:api:HttpRequest:ActivityTimeout", "00:00:03")];

    /// <summary>These bytes, Latin-1.</summary>
    public void Says(string answer) => Answer = (stream, token) => stream.WriteAsync(Encoding.Latin1.GetBytes(answer), token).AsTask();

    public void Dispose()
    {
        end.Cancel();
        listener.Dispose();
        end.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true) _ = AnswerAsync(await listener.AcceptTcpClientAsync(end.Token));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var buffer = new byte[65536];
            var read = 0;
            while (buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8) < 0)
            {
                var more = await client.GetStream().ReadAsync(buffer.AsMemory(read), end.Token);
                read += more > 0 ? more : throw new IOException();
            }
            Interlocked.Increment(ref requests);
            await Answer(client.GetStream(), end.Token);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side is gone, or the test is over.
        }
    }
}
