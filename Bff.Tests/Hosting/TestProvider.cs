using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bff.Tests.Hosting;

/// <summary>
/// An OpenID Connect provider that does what a test tells it, however wrong. Left alone it is a good one, apart from that it
/// asks for no password and does not check PKCE: what must hold without the provider's help is judged here.
/// </summary>
internal sealed class TestProvider : IAsyncDisposable
{
    public const string Discovery = "/issuer/.well-known/openid-configuration", Jwks = "/jwks", Authorize = "/authorize",
    Token = "/token", Revoke = "/revoke";
    public const string ClientId = "test-client", ClientSecret = "test-client-secret";

    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, RequestDelegate> answers = new();
    private readonly ConcurrentQueue<ReceivedRequest> requests = [];
    private readonly TestGrants grants;

    private TestProvider(WebApplication app, TimeProvider time) => (this.app, Time, grants) = (app, time, new(this));

    public TimeProvider Time { get; set; }

    public string Origin { get; private set; } = "";

    public string Issuer => Origin + "/issuer";

    /// <summary>The discovery document, for tests to change.</summary>
    public JsonObject Metadata { get; private set; } = [];

    /// <summary>What is published; the first key signs.</summary>
    public List<JsonObject> PublishedKeys { get; } = [TestKey.First.Jwk(), TestKey.Second.Jwk()];

    public TestKey SigningKey { get; set; } = TestKey.First;

    /// <summary>Changes each ID token before it is written; the <c>nonce</c> is the right one until then.</summary>
    public Action<TestToken>? SpoilToken { get; set; }

    /// <summary>Changes each answer of the token endpoint.</summary>
    public Action<JsonObject>? SpoilAnswer { get; set; }

    /// <summary>What each answer waits for, by its path.</summary>
    public Func<string, Task>? Delay { get; set; }

    /// <summary>Whether every connection is dropped without an answer.</summary>
    public bool IsDown { get; set; }

    /// <summary>What the provider was asked, in order.</summary>
    public IReadOnlyCollection<ReceivedRequest> Requests => requests;

    /// <summary>The settings with which a BFF takes this for its provider.</summary>
    public (string Key, string Value)[] Settings =>
        [("Oidc:Authority", Issuer), ("Oidc:Provider", "oidc"), ("Oidc:ClientId", ClientId), ("Oidc:ClientSecret", ClientSecret)];

    /// <param name="time">The clock that its tokens show.</param>
    /// <param name="certificate">With it, the provider speaks https; its origin is that of 127.0.0.1.</param>
    public static async Task<TestProvider> StartAsync(TimeProvider? time = null, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null) listen.UseHttps(certificate);
        }));
        var provider = new TestProvider(builder.Build(), time ?? TimeProvider.System);
        provider.app.Run(provider.HandleAsync);
        await provider.app.StartAsync();
        provider.Origin = provider.app.Urls.Single();
        provider.Metadata = new JsonObject
        {
            ["issuer"] = provider.Issuer,
            ["authorization_endpoint"] = provider.Origin + Authorize,
            ["token_endpoint"] = provider.Origin + Token,
            ["jwks_uri"] = provider.Origin + Jwks,
            ["revocation_endpoint"] = provider.Origin + Revoke,
            ["end_session_endpoint"] = provider.Origin + "/logout",
            ["response_types_supported"] = new JsonArray("code"),
        };
        return provider;
    }

    public int Count(string path) => requests.Count(request => request.Path == path);

    /// <summary>Answers differently on one path until it gets null.</summary>
    public void Answer(string path, RequestDelegate? answer)
    {
        if (answer is null) answers.TryRemove(path, out _);
        else answers[path] = answer;
    }

    /// <summary>Answers with this body on one path.</summary>
    public void Answer(string path, int status, string body, string type = "application/json",
        params (string Name, string Value)[] headers) => Answer(path, async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        await context.Response.WriteAsync(body);
    });

    /// <summary>A good ID token of this provider, signed, for a test to spoil.</summary>
    public TestToken IdToken(string accessToken, string? nonce) =>
        TestToken.ForId(Issuer, ClientId, Time.GetUtcNow(), accessToken, nonce).SignedBy(SigningKey);

    /// <summary>A good logout token of this provider, signed, for a test to spoil.</summary>
    public TestToken LogoutToken(string? subject = The.Subject, string? sid = null) =>
        TestToken.ForLogout(Issuer, ClientId, Time.GetUtcNow(), subject, sid).SignedBy(SigningKey);

    /// <summary>Replaces all keys by these; the first signs.</summary>
    public void Rotate(params TestKey[] keys)
    {
        SigningKey = keys[0];
        PublishedKeys.Clear();
        PublishedKeys.AddRange(keys.Select(key => key.Jwk()));
    }

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await app.StopAsync(deadline.Token);
        await app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var request = await ReceivedRequest.ReadAsync(context.Request);
        requests.Enqueue(request);
        if (Delay is not null) await Delay(request.Path);
        if (IsDown) context.Abort();
        else if (answers.TryGetValue(request.Path, out var answer)) await answer(context);
        else await (request.Path switch
        {
            Discovery => context.Response.WriteAsJsonAsync(Metadata),
            Jwks => context.Response.WriteAsJsonAsync(new JsonObject
            {
                ["keys"] =
                new JsonArray([.. PublishedKeys.Select(key => key.DeepClone())])
            }),
            Authorize => grants.AuthorizeAsync(context),
            Token => grants.GrantAsync(context, request.Form),
            _ => Task.CompletedTask,
        });
    }
}
