using Bff.Local.UserPool.Pages;

namespace Bff.Local.UserPool.SignIn;

/// <summary>Where a browser goes when its authorization request is not valid.</summary>
internal static class SignInResults
{
    public static IResult Refusal(AuthorizationRequest request) => request switch
    {
        AuthorizationRequest.SentBack back => Redirect(back.Location),
        AuthorizationRequest.Stranded stranded => ErrorPage(stranded.Error, stranded.ClientId),
        AuthorizationRequest.Unreadable => Results.StatusCode(StatusCodes.Status400BadRequest),
        _ => throw new InvalidOperationException($"{request.GetType().Name} is no refusal."),
    };

    public static IResult ErrorPage(string error, string clientId) =>
        Redirect(CallbackUrl.With(PoolPaths.Error, [("error", error), ("client_id", clientId)]));

    public static IResult LoginPagesUnavailable() => ErrorPages.LoginPagesUnavailable().ToResult(StatusCodes.Status403Forbidden);

    // Not Results.Redirect, which would write an absolute callback URL in another form than the client registered.
    public static IResult Redirect(string location) => new Found(location);

    private sealed class Found(string location) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status302Found;
            httpContext.Response.Headers.Location = location;
            httpContext.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }
    }
}
