using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Bff.Local.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Tests.Local;

/// <summary>The local API: whom it lets in, and what it answers.</summary>
public sealed class ApiTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private StubIssuer issuer = null!;
    private WebApplication api = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        issuer = await StubIssuer.StartAsync();
        api = ApiServer.Build(issuer.Options(), builder => builder.Services.AddSingleton<TimeProvider>(clock));
        await api.StartAsync(TestContext.Current.CancellationToken);
        client = new HttpClient { BaseAddress = new Uri(api.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await api.DisposeAsync();
        await issuer.DisposeAsync();
    }

    [Fact]
    public async Task Hello_tells_what_the_token_says_and_which_headers_came()
    {
        Authorize(issuer.AccessToken(clock.GetUtcNow()));

        var hello = await client.GetFromJsonAsync<JsonElement>("/api/hello", TestContext.Current.CancellationToken);

        Assert.Equal("alice-sub", hello.GetProperty("sub").GetString());
        Assert.Equal("alice-sub", hello.GetProperty("username").GetString());
        Assert.Equal("the-client", hello.GetProperty("clientId").GetString());
        Assert.Equal("email openid", hello.GetProperty("scope").GetString());
        Assert.Equal(clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds(), hello.GetProperty("expiresAt").GetDateTimeOffset().ToUnixTimeSeconds());
        Assert.Equal("admins", hello.GetProperty("groups")[0].GetString());
        Assert.Equal(["Authorization", "Host"], hello.GetProperty("headers").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task A_request_without_a_token_is_challenged_and_told_no_more()
    {
        var response = await GetAsync("/api/hello");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public async Task What_is_no_token_is_invalid(string token)
    {
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + token);

        var response = await GetAsync("/api/hello");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.StartsWith("Bearer", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "iss", "http://127.0.0.1:1/other", "of another issuer" },
        { "client_id", "other-client", "for another client" },
        { "token_use", "id", "not an access token" },
        { "exp", "past", "expired" },
        { "nbf", "future", "expired" }
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_token_with_a_wrong_claim_is_invalid(string claim, string value, string reason)
    {
        var now = clock.GetUtcNow();
        Authorize(issuer.AccessToken(now, claims => claims[claim] = value switch
        {
            "past" => now.AddMinutes(-2).ToUnixTimeSeconds(),
            "future" => now.AddMinutes(2).ToUnixTimeSeconds(),
            _ => value
        }));

        await AssertInvalidAsync(reason);
    }

    [Theory]
    [InlineData("client_id", "for another client")]
    [InlineData("token_use", "not an access token")]
    [InlineData("exp", "expired")]
    public async Task A_token_without_a_needed_claim_is_invalid(string claim, string reason)
    {
        Authorize(issuer.AccessToken(clock.GetUtcNow(), claims => claims.Remove(claim)));

        await AssertInvalidAsync(reason);
    }

    [Fact]
    public async Task A_token_that_was_good_is_refused_once_it_has_expired()
    {
        Authorize(issuer.AccessToken(clock.GetUtcNow()));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/api/hello")).StatusCode);

        clock.Advance(TimeSpan.FromMinutes(62));

        await AssertInvalidAsync("expired");
    }

    [Fact]
    public async Task A_token_of_another_algorithm_is_invalid()
    {
        Authorize(issuer.AccessToken(clock.GetUtcNow(), algorithm: SecurityAlgorithms.RsaSha384));

        await AssertInvalidAsync("signature not valid");
    }

    [Fact]
    public async Task A_token_with_a_changed_signature_is_invalid()
    {
        var token = issuer.AccessToken(clock.GetUtcNow());
        Authorize(token[..^10] + (token[^10] == 'A' ? 'B' : 'A') + token[^9..]);

        await AssertInvalidAsync("signature not valid");
    }

    [Fact]
    public async Task A_token_without_the_scope_is_genuine_but_not_enough()
    {
        Authorize(issuer.AccessToken(clock.GetUtcNow(), claims => claims["scope"] = "email openid2"));

        var response = await GetAsync("/api/hello");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("Bearer error=\"insufficient_scope\", scope=\"openid\"", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task A_rotated_key_is_fetched_when_a_token_first_names_it()
    {
        Authorize(issuer.AccessToken(clock.GetUtcNow()));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/api/hello")).StatusCode);
        issuer.RotateKey();
        clock.Advance(IssuerKeys.CoolDown);
        Authorize(issuer.AccessToken(clock.GetUtcNow()));

        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/api/hello")).StatusCode);
    }

    [Fact]
    public async Task Without_the_issuers_keys_nothing_is_said_about_the_token()
    {
        issuer.Down = true;
        Authorize(issuer.AccessToken(clock.GetUtcNow()));

        var response = await GetAsync("/api/hello");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
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
        Assert.StartsWith("data: {\"number\":1,", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_socket_sends_back_what_it_got()
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + issuer.AccessToken(clock.GetUtcNow()));
        await socket.ConnectAsync(new UriBuilder(api.Urls.Single()) { Scheme = "ws", Path = "/api/socket" }.Uri, TestContext.Current.CancellationToken);

        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);

        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    [Fact]
    public async Task Health_needs_no_token() => Assert.Equal(HttpStatusCode.OK, (await GetAsync("/health")).StatusCode);

    private void Authorize(string token) => client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

    private Task<HttpResponseMessage> GetAsync(string path) => client.GetAsync(path, TestContext.Current.CancellationToken);

    private async Task AssertInvalidAsync(string reason)
    {
        var response = await GetAsync("/api/hello");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal($"Bearer error=\"invalid_token\", error_description=\"{reason}\"", response.Headers.WwwAuthenticate.ToString());
    }
}
