namespace Bff.Local.UserPool.SignIn;

/// <summary><c>GET /oauth2/authorize</c>: straight back with a code, or on to the sign-in page with the same query.</summary>
internal static class AuthorizeEndpoint
{
    public static void MapAuthorize(this IEndpointRouteBuilder domain) => domain.MapGet(PoolPaths.Authorize, Handle);

    private static IResult Handle(HttpContext context, UserPoolOptions options, BrowserSessions sessions, SignInCompletion completion,
        PoolClock clock)
    {
        var judged = AuthorizationRequestJudge.Judge(context.Request.Query, options);
        if (judged is not AuthorizationRequest.Valid request)
        {
            return SignInResults.Refusal(judged);
        }

        var session = sessions.Find(context);
        var fresh = session is { } known && (request.MaxAge is null || clock.Now - known.AuthTime <= request.MaxAge);
        if (session is { } live && fresh && !request.Prompt.Contains("login"))
        {
            return completion.SendCode(request, live.User, live.AuthTime);
        }

        return request.Prompt.Contains("none")
            ? SignInResults.Redirect(request.Callback(("error", "login_required"), ("state", request.State)))
            : SignInResults.Redirect(PoolPaths.Login + context.Request.QueryString);
    }
}
