using Bff.Local.UserPool.Pages;

namespace Bff.Local.UserPool.SignIn;

/// <summary><c>GET /error</c> and the domain's answer to <c>/.well-known/*</c>: pages with status 400.</summary>
internal static class ErrorEndpoint
{
    public static void MapErrors(this IEndpointRouteBuilder domain)
    {
        domain.MapGet(PoolPaths.Error, (string? error) => ErrorPages.Wrong(error ?? "").ToResult(StatusCodes.Status400BadRequest));
        // Discovery lives on the issuer alone; a client that asks here gets Cognito's answer.
        domain.MapGet("/.well-known/{**rest}", () => ErrorPages.Wrong("").ToResult(StatusCodes.Status400BadRequest));
    }
}
