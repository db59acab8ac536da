namespace Bff.Local.UserPool.SignIn;

/// <summary><c>GET /logout</c>: Cognito's own form, which is not OpenID Connect's RP-initiated logout.</summary>
internal static class LogoutEndpoint
{
    public static void MapLogout(this IEndpointRouteBuilder domain) => domain.MapGet(PoolPaths.Logout, Handle);

    private static IResult Handle(HttpContext context, UserPoolOptions options, BrowserSessions sessions)
    {
        // Whatever is wrong with the rest, the session goes.
        sessions.End(context);
        var query = context.Request.Query;
        var clientId = query["client_id"].ToString();
        var client = options.Clients.Find(known => known.ClientId == clientId);
        if (query.TryGetValue("logout_uri", out var logoutUri))
        {
            return client is not null && client.LogoutURLs.Contains(logoutUri.ToString())
                ? SignInResults.Redirect(logoutUri.ToString())
                : SignInResults.ErrorPage("invalid_request", clientId);
        }

        // The other form signs out and shows the sign-in page again, for a callback URL.
        if (query.ContainsKey("redirect_uri"))
        {
            return SignInResults.Redirect(PoolPaths.Login + context.Request.QueryString);
        }

        return SignInResults.ErrorPage("Required String parameter 'redirect_uri' is not present", clientId);
    }
}
