using System.Net;
using System.Net.Sockets;
using System.Text;
using Bff.Tests.Hosting;

namespace Bff.Tests.Security;

/// <summary>Clients that take a connection and hardly use it.</summary>
public sealed class SlowClientTests(SharedRedis redis)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    [Row("HTP-11")]
    public async Task Slow_and_idle_connections_are_ended_and_delay_no_one()
    {
        await using var system =
            await BffSystem.StartAsync(redis, [("Kestrel:Limits:RequestHeadersTimeout", "00:00:02"),
            ("Kestrel:Limits:KeepAliveTimeout", "00:00:05")]);
        List<TcpClient> idle = [], slowHeads = [], slowBodies = [];
        try
        {
            for (var i = 0; i < 1000; i++) idle.Add(await OpenAsync(system.Url, ""));
            for (var i = 0; i < 50; i++) slowHeads.Add(await OpenAsync(system.Url, "GET /me HTTP/1.1\r\nHost: localhost\r\nX-Slow: "));
            for (var i = 0; i < 50; i++)
                slowBodies.Add(await OpenAsync(system.Url, "POST /logout HTTP/1.1\r\nHost: localhost\r\nX-CSRF: 1\r\nContent-Length: "
                + "10000\r\n\r\nx"));

            using var browser = system.Browser();
            await browser.SignInAsync(system);
            for (var i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);

            foreach (var connection in slowHeads) Assert.Equal(408, RawHttp.Status(await RestAsync(connection)));
            foreach (var connection in slowBodies) Assert.Equal(408, RawHttp.Status(await RestAsync(connection)));
            foreach (var connection in idle) Assert.Empty(await RestAsync(connection));
        }
        finally
        {
            foreach (var connection in idle.Concat(slowHeads).Concat(slowBodies)) connection.Dispose();
        }
    }

    private static async Task<TcpClient> OpenAsync(Uri at, string beginning)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, at.Port, TestContext.Current.CancellationToken);
        await connection.GetStream().WriteAsync(Encoding.Latin1.GetBytes(beginning), TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>All that the server says until it closes.</summary>
    private static async Task<string> RestAsync(TcpClient connection)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience);
        var answer = new MemoryStream();
        try
        {
            await connection.GetStream().CopyToAsync(answer, deadline.Token);
        }
        catch (IOException)
        {
            // Reset: closed as well.
        }
        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
