using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Security;

/// <summary>
/// Spoiled requests over a socket to the running application: it answers or closes, and is as well as before. See <see
/// cref="Fuzz"/> for longer runs.
/// </summary>
[Row("HTP-01", "HTP-06", "HTP-08", "HTP-09", "LOG-04")]
public sealed partial class FuzzedHttpTests(SharedRedis redis)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250), Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_request_is_more_than_answered()
    {
        await using var system = await BffSystem.StartAsync(redis, [("RateLimit:LoginsPerMinute", "1000000")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var callback = await browser.SignInUpToCallbackAsync(system);
        var cookies = $"{The.SessionCookie}={browser.Cookie(The.SessionCookie)!.Value}; "
            + $"{The.LoginCookie}={browser.Cookie(The.LoginCookie)!.Value}";
        var requests = Requests(system, callback, cookies);
        // A callback without its cookies, so that the sign-in is still there for others to spoil.
        foreach (var request in requests)
            Assert.InRange(RawHttp.Status(await RawHttp.SendAsync(system.Url,
            request.Replace(The.LoginCookie, "x", StringComparison.Ordinal))), 200, 499);
        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<int, int>();

        await Fuzz.Bytes(Array.ConvertAll(requests, Encoding.Latin1.GetBytes)).RunAsync(async bytes =>
        {
            var answer = await SendAsync(system.Url, bytes);

            statuses.AddOrUpdate(RawHttp.Status(answer), 1, (_, count) => count + 1);
            // 505 is Kestrel's word for a version of HTTP that is none.
            Assert.DoesNotContain(ServerErrors().Matches(answer), match => match.Value is not "HTTP/1.1 505 ");
            Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);
        }, Fuzz.Print, threads: 4);

        // Some got past the first line of the defence, and some did not.
        Assert.True(statuses.ContainsKey(200) && statuses.ContainsKey(400) && statuses.ContainsKey(302), string.Join(' ', statuses));
        Assert.DoesNotContain(system.Logs.Lines, line =>
            line.StartsWith("Error ", StringComparison.Ordinal) || line.StartsWith("Critical ", StringComparison.Ordinal)
            || line.Contains("nhandled", StringComparison.Ordinal));
        Assert.All(system.Keys(), key => Assert.Matches(KnownShape(), key[system.KeyPrefix.Length..]));
        using var again = system.Browser();
        await again.SignInAsync(system);
        Assert.Equal(HttpStatusCode.OK, (await again.MeAsync(system)).StatusCode);
    }

    private static string[] Requests(BffSystem system, Uri callback, string cookies)
    {
        var common = $"Host: {system.Url.Authority}\r\nConnection: close\r\n";
        var signedIn = $"{common}X-CSRF: 1\r\nCookie: {cookies}\r\n";
        var browsing = $"{common}Accept: text/html,*/*;q=0.8\r\nSec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: "
            + $"document\r\n";
        return
        [
            $"GET /login?returnUrl=%2Forders%3Fx%3D1&prompt=login&loginHint=a%40b&identityProvider=Google&lang=pt-BR&maxAge=60 "
                + $"HTTP/1.1\r\n{browsing}\r\n",
            $"GET /login HTTP/1.1\r\n{common}Accept: application/json\r\nOrigin: {system.Spa.Origin()}\r\n\r\n",
            $"GET {callback.PathAndQuery} HTTP/1.1\r\n{browsing}Cookie: {cookies}\r\n\r\n",
            $"GET /callback?error=access_denied&error_description=x&state=abc&iss=y HTTP/1.1\r\n{browsing}Cookie: {cookies}\r\n\r\n",
            $"GET /me?slide=false HTTP/1.1\r\n{signedIn}Origin: {system.Spa.Origin()}\r\n\r\n",
            $"POST /refresh HTTP/1.1\r\n{signedIn}Content-Length: 0\r\n\r\n",
            $"POST /logout HTTP/1.1\r\n{common}Origin: {system.Spa.Origin()}\r\nContent-Type: "
                + $"application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b",
            $"GET /api/hello?a=b HTTP/1.1\r\n{signedIn}Range: bytes=0-1\r\nIf-None-Match: \"x\"\r\n\r\n",
            $"POST /api/things HTTP/1.1\r\n{signedIn}Content-Type: application/json\r\nTransfer-Encoding: "
                + $"chunked\r\n\r\n7\r\n{{\"a\":1}}\r\n0\r\n\r\n",
            $"OPTIONS /me HTTP/1.1\r\n{common}Origin: {system.Spa.Origin()}\r\nAccess-Control-Request-Method: "
                + $"GET\r\nAccess-Control-Request-Headers: x-csrf\r\n\r\n",
            $"GET /swagger/index.html HTTP/1.1\r\n{browsing}\r\n",
            $"GET http://{system.Url.Authority}/me HTTP/1.1\r\n{common}X-Forwarded-For: 203.0.113.1\r\nX-Forwarded-Proto: "
                + $"https\r\nForwarded: for=x\r\n\r\n",
        ];
    }

    /// <summary>All that comes back. A request that is not whole yet gets no more: after a pause this side is closed.</summary>
    private static async Task<string> SendAsync(Uri at, byte[] request)
    {
        var answer = new MemoryStream();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, at.Port, Cancelled);
        try
        {
            await socket.GetStream().WriteAsync(request, Cancelled);
            var reading = socket.GetStream().CopyToAsync(answer, Cancelled);
            if (await Task.WhenAny(reading, Task.Delay(Pause, Cancelled)) != reading) socket.Client.Shutdown(SocketShutdown.Send);
            await reading.WaitAsync(Patience, Cancelled);
        }
        // A server that refuses what it has not read yet resets the connection.
        catch (Exception exception) when (exception is SocketException || exception.InnerException is SocketException)
        {
        }
        return Encoding.Latin1.GetString(answer.ToArray());
    }

    [GeneratedRegex(@"HTTP/1\.[01] 5\d\d ")]
    private static partial Regex ServerErrors();

    [GeneratedRegex(@"^(keys|(session|lease|signed-in|signin|signin-return|user|sid):\{[A-Za-z0-9_-]{22}\})$")]
    private static partial Regex KnownShape();
}
