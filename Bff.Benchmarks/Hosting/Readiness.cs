using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Bff.Benchmarks.Hosting;

/// <summary>Waits until a server that was just started answers.</summary>
internal static class Readiness
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60), Pause = TimeSpan.FromMilliseconds(5);

    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    public static Task ListensAsync(int port, KeptProcess process) => UntilAsync(process, $"port {port}", async () =>
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        return true;
    });

    public static Task AnswersAsync(Uri url, KeptProcess process) => UntilAsync(process, url.ToString(), async () =>
    {
        using var answer = await Client.GetAsync(url);
        return answer.IsSuccessStatusCode;
    });

    private static async Task UntilAsync(KeptProcess process, string what, Func<Task<bool>> isReadyAsync)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await TryAsync(isReadyAsync))
        {
            if (process.HasEnded || Stopwatch.GetElapsedTime(started) > Timeout)
                throw new InvalidOperationException($"A server did not become ready at {what}.\n{process.Errors}");
            await Task.Delay(Pause);
        }
    }

    private static async Task<bool> TryAsync(Func<Task<bool>> isReadyAsync)
    {
        try
        {
            return await isReadyAsync();
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException)
        {
            return false;
        }
    }
}
