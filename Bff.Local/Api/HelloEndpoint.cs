using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Bff.Local.Api;

/// <summary>
/// GET /api/hello: who called, by the token, and the names of all headers that came (so that one sees that no cookie did).
/// </summary>
internal static class HelloEndpoint
{
    public static void MapHello(this IEndpointRouteBuilder routes) => routes.MapGet("/hello", Handle);

    private static Ok<Hello> Handle(HttpContext http)
    {
        var token = http.Features.GetRequiredFeature<AccessToken>();
        return TypedResults.Ok(new Hello(
            token.Subject, token.Username, token.Scope, token.ClientId, token.ExpiresAt, token.Groups,
            [.. http.Request.Headers.Keys.Order(StringComparer.OrdinalIgnoreCase)]));
    }

    private sealed record Hello(
        string Sub, string Username, string Scope, string ClientId, DateTimeOffset ExpiresAt,
        IReadOnlyList<string> Groups, IReadOnlyList<string> Headers);
}
