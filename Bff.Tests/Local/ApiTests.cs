using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Bff.Tests.Local;

/// <summary>What the local API answers.</summary>
public sealed class ApiTests : LocalApi
{
    [Fact]
    public async Task Hello_tells_what_the_token_says_and_which_headers_came()
    {
        Authorize(issuer.AccessToken(clock.GetUtcNow()));

        var hello = await client.GetFromJsonAsync<JsonElement>("/api/hello", TestContext.Current.CancellationToken);

        Assert.Equal("alice-sub", hello.GetProperty("sub").GetString());
        Assert.Equal("alice-sub", hello.GetProperty("username").GetString());
        Assert.Equal("the-client", hello.GetProperty("clientId").GetString());
        Assert.Equal("email openid", hello.GetProperty("scope").GetString());
        Assert.Equal(clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds(),
            hello.GetProperty("expiresAt").GetDateTimeOffset().ToUnixTimeSeconds());
        Assert.Equal("admins", hello.GetProperty("groups")[0].GetString());
        Assert.Equal(["Authorization", "Host"], hello.GetProperty("headers").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task Echo_sends_back_the_body_and_its_type()
    {
        Authorize(issuer.AccessToken(clock.GetUtcNow()));
        byte[] body = [0, 1, 254, 255];
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new("application/x-anything") } };

        var response = await client.PostAsync("/api/echo", content, TestContext.Current.CancellationToken);

        Assert.Equal("application/x-anything", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(204, "")]
    [InlineData(418, """{"from":"api","status":418}""")]
    [InlineData(500, """{"from":"api","status":500}""")]
    public async Task Status_answers_as_asked(int status, string body)
    {
        Authorize(issuer.AccessToken(clock.GetUtcNow()));

        var response = await GetAsync($"/api/status/{status}");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Events_come_one_by_one()
    {
        Authorize(issuer.AccessToken(clock.GetUtcNow()));
        await using var stream = await client.GetStreamAsync("/api/events", TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);

        Assert.Equal("event: tick", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("data: {\"number\":1,", await reader.ReadLineAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_socket_sends_back_what_it_got()
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + issuer.AccessToken(clock.GetUtcNow()));
        await socket.ConnectAsync(new UriBuilder(api.Urls.Single()) { Scheme = "ws", Path = "/api/socket" }.Uri,
            TestContext.Current.CancellationToken);

        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);

        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    [Fact]
    public async Task The_root_says_what_it_is_and_which_paths_there_are()
    {
        var text = await client.GetStringAsync("/", TestContext.Current.CancellationToken);

        string[] paths = ["/api/hello", "/api/echo", "/api/events", "/api/socket", "/api/status/418", "/health"];
        Assert.All(paths, path => Assert.Contains(path, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Health_needs_no_token() => Assert.Equal(HttpStatusCode.OK, (await GetAsync("/health")).StatusCode);
}
