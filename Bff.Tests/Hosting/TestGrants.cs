using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Bff.Tests.Hosting;

/// <summary>The codes and tokens that a <see cref="TestProvider"/> issues, and what it remembers of them.</summary>
internal sealed class TestGrants(TestProvider provider)
{
    private readonly ConcurrentDictionary<string, string?> nonces = new();
    private readonly ConcurrentDictionary<string, long> authTimes = new();
    private int issued;

    /// <summary>Every user is signed in at once.</summary>
    public Task AuthorizeAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var code = $"code-{Interlocked.Increment(ref issued)}";
        nonces[code] = query["nonce"];
        context.Response.Redirect($"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"].ToString())}");
        return Task.CompletedTask;
    }

    public async Task GrantAsync(HttpContext context, NameValueCollection form)
    {
        var isRefresh = form["grant_type"] == "refresh_token";
        string? nonce = null;
        if (!isRefresh && !nonces.TryRemove(form["code"] ?? "", out nonce))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsJsonAsync(new JsonObject { ["error"] = "invalid_grant" });
            return;
        }
        var number = Interlocked.Increment(ref issued);
        var token = provider.IdToken($"access-{number}", nonce);
        // A refresh is no new act of signing in (OpenID Connect Core 12.2).
        if (isRefresh && authTimes.TryGetValue(form["refresh_token"] ?? "", out var authTime)) token.With("auth_time", authTime);
        authTimes[$"refresh-{number}"] = (long)token.Claims["auth_time"]!;
        provider.SpoilToken?.Invoke(token);
        var answer = new JsonObject
        {
            ["id_token"] = token.Compact(),
            ["access_token"] = $"access-{number}",
            ["refresh_token"] = $"refresh-{number}",
            ["expires_in"] = 3600,
            ["token_type"] = "Bearer"
        };
        provider.SpoilAnswer?.Invoke(answer);
        await context.Response.WriteAsJsonAsync(answer);
    }
}
