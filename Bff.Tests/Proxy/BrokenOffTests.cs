using System.Net.Sockets;
using Bff.Tests.Hosting;

namespace Bff.Tests.Proxy;

/// <summary>What is said of an API that gave no answer: whether it was reached, and whether it may have done something.</summary>
public sealed class BrokenOffTests(SharedRedis redis)
{
    [Theory]
    [InlineData("POST", 1_000_000, "reset"), InlineData("PUT", 10, "reset")]
    [InlineData("POST", 0, "close"), InlineData("POST", 10_000_000, "close")]
    [InlineData("DELETE", 0, "HTTP/1.1 200 OK\r\nContent-Le"), InlineData("POST", 10, "SSH-2.0-OpenSSH_9.6\r\n")]
    [InlineData("PATCH", 10, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")]
    public async Task An_API_that_breaks_off_may_have_carried_the_request_out(string method, int size, string how)
    {
        using var api = new RawApi { Answer = (stream, token) => AnswerAsync(stream, how, token) };
        await using var user = await SignedIn.StartAsync(redis, api.Settings);

        var answer = await user.UploadAsync(method, size, chunked: false);

        Assert.True(answer.Status == 502 && answer.IsProblem("internal_error"), answer.Text);
        Assert.Contains("may have carried the request out", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("later", answer.Body, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("GET", "reset"), InlineData("GET", "close"), InlineData("OPTIONS", "close"), InlineData("GET", "SSH-2.0-OpenSSH_9.6\r\n")]
    public async Task A_read_that_the_API_breaks_off_says_that_it_was_reached(string method, string how)
    {
        using var api = new RawApi { Answer = (stream, token) => AnswerAsync(stream, how, token) };
        await using var user = await SignedIn.StartAsync(redis, api.Settings);

        var answer = await user.SendAsync(method + " /api/x");

        Assert.True(answer.Status == 502 && answer.IsProblem("api_unreachable"), answer.Text);
        Assert.Contains("It was reached", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("later", answer.Body, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, InlineData("POST"), InlineData("GET")]
    public async Task An_API_that_takes_too_long_may_have_carried_the_request_out(string method)
    {
        using var api = new RawApi { Answer = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, token) };
        var timeout = ("ReverseProxy:Clusters:api:HttpRequest:ActivityTimeout", "00:00:01");
        await using var user = await SignedIn.StartAsync(redis, [.. api.Settings, timeout]);

        var answer = await user.SendAsync(method + " /api/x");

        Assert.True(answer.Status == 504 && answer.IsProblem("api_timeout"), answer.Text);
        Assert.DoesNotContain("later", answer.Body, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("http://localhost:$PORT"), InlineData("https://localhost:$PORT")]
    [InlineData("http://no-such-host.invalid"), InlineData("https://$HTTP")]
    public async Task An_API_that_cannot_be_connected_to_is_unreachable_whatever_was_sent(string address)
    {
        await using var http = await RecordingApi.StartAsync();
        address = address
            .Replace("$PORT", $"{FreePort.Next()}", StringComparison.Ordinal)
            .Replace("$HTTP", http.Url.Authority, StringComparison.Ordinal);
        await using var user = await SignedIn.StartAsync(redis, ("ReverseProxy:Clusters:api:Destinations:local:Address", address));

        (string, int, bool)[] requests = [("POST", 10_000, true), ("DELETE", 0, false), ("GET", 0, false), ("PUT", 1_000_000, false)];
        foreach (var (method, size, chunked) in requests)
        {
            var answer = await user.UploadAsync(method, size, chunked);

            Assert.True(answer.Status == 502 && answer.IsProblem("api_unreachable"), answer.Text);
            Assert.Contains("Try again later.", answer.Body, StringComparison.Ordinal);
        }
    }

    private static async Task AnswerAsync(Stream stream, string how, CancellationToken token)
    {
        if (how == "reset") ((NetworkStream)stream).Socket.LingerState = new(true, 0);
        else if (how != "close") await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(how), token);
    }
}
