using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bff.Tests.Local;

/// <summary>A BFF that answers what the test says, so that the SPA meets what the real one does rarely.</summary>
internal sealed class StubBff : IAsyncDisposable
{
    private readonly WebApplication app;

    private StubBff(WebApplication app) => this.app = app;

    public string Origin => app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    /// <summary>What to answer, by "METHOD /path"; anything else is 404.</summary>
    public ConcurrentDictionary<string, Func<HttpContext, IResult>> Answers { get; } = new();

    /// <summary>Every request that came, preflights apart.</summary>
    public ConcurrentQueue<(string Request, string Csrf)> Requests { get; } = new();

    public static async Task<StubBff> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var bff = new StubBff(app);
        app.Run(bff.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return bff;
    }

    public static IResult Problem(int status, string code) =>
        TypedResults.Problem(statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });

    public static IResult Me(DateTimeOffset now) => TypedResults.Ok(new
    {
        sub = "alice-sub",
        claims = new { email = "alice@example.com" },
        session = new { id = "s", createdAt = now, idleExpiresAt = now.AddHours(1), expiresAt = now.AddHours(12) },
        accessToken = new { expiresAt = now.AddHours(1), scope = "openid", renewable = true }
    });

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var (request, response) = (http.Request, http.Response);
        response.Headers.AccessControlAllowOrigin = request.Headers.Origin;
        response.Headers.AccessControlAllowCredentials = "true";
        response.Headers.AccessControlAllowHeaders = "X-CSRF";
        response.Headers.AccessControlExposeHeaders = "Retry-After";
        if (HttpMethods.IsOptions(request.Method))
        {
            return;
        }

        Requests.Enqueue(($"{request.Method} {request.Path}{request.QueryString}", request.Headers["X-CSRF"].ToString()));
        var answer = Answers.TryGetValue($"{request.Method} {request.Path}", out var known) ? known(http) : TypedResults.NotFound();
        await answer.ExecuteAsync(http);
    }
}
