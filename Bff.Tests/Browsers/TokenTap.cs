using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bff.Tests.Browsers;

/// <summary>
/// The wire between the BFF and the user pool's endpoints for clients: it passes everything on and remembers the tokens, so that a
/// test can look for these very ones where they must not be.
/// </summary>
internal sealed class TokenTap : IAsyncDisposable
{
    private readonly HttpClient pool;
    private readonly WebApplication app;
    private readonly ConcurrentQueue<string> tokens = [];
    private readonly ConcurrentQueue<string> grants = [];

    private TokenTap(Uri domain)
    {
        pool = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = domain };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/oauth2/{endpoint}", PassOnAsync);
    }

    /// <summary>Every access, ID and refresh token that was issued.</summary>
    public IReadOnlyCollection<string> Tokens => tokens;

    /// <summary>The grants asked for, oldest first: <c>authorization_code</c>, <c>refresh_token</c>.</summary>
    public IReadOnlyCollection<string> Grants => grants;

    public string Url => app.Urls.Single();

    public static async Task<TokenTap> StartAsync(Uri domain)
    {
        var tap = new TokenTap(domain);
        await tap.app.StartAsync(TestContext.Current.CancellationToken);
        return tap;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        pool.Dispose();
    }

    private async Task<IResult> PassOnAsync(string endpoint, HttpRequest request)
    {
        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        using var message = new HttpRequestMessage(HttpMethod.Post, "/oauth2/" + endpoint)
        {
            Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Key, field.Value.ToString()))),
        };
        // The client's own authentication, where it is not in the form.
        if (request.Headers.Authorization is [{ } authorization]) message.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await pool.SendAsync(message, request.HttpContext.RequestAborted);
        var text = await answer.Content.ReadAsStringAsync(request.HttpContext.RequestAborted);
        if (endpoint == "token") Remember(form["grant_type"].ToString(), text);
        return Results.Text(text, answer.Content.Headers.ContentType?.ToString(), statusCode: (int)answer.StatusCode);
    }

    private void Remember(string grant, string text)
    {
        grants.Enqueue(grant);
        foreach (var name in (string[])["access_token", "id_token", "refresh_token"])
        {
            if ((string?)JsonNode.Parse(text)?[name] is { } token) tokens.Enqueue(token);
        }
    }
}
