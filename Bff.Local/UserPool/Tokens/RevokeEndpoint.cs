namespace Bff.Local.UserPool.Tokens;

/// <summary><c>POST /oauth2/revoke</c>: ends a refresh token and all that came of the same sign-in.</summary>
internal static class RevokeEndpoint
{
    public static void MapRevoke(this IEndpointRouteBuilder domain) => domain.MapPost(PoolPaths.Revoke, HandleAsync);

    private static async Task<IResult> HandleAsync(HttpContext context, UserPoolOptions options, RefreshTokens refreshTokens)
    {
        if (!context.Request.HasFormContentType)
        {
            return Results.StatusCode(StatusCodes.Status405MethodNotAllowed);
        }

        var form = await PostedForm.ReadAsync(context);
        var token = form["token"].ToString();
        // Unlike the token endpoint, 401; and a secret in the body does not count: confidential clients use Basic here.
        if (!ClientAuthentication.TryAuthenticate(context.Request, form, options, out var client)
            || (client.ClientSecrets.Count > 0 && ClientAuthentication.BasicCredentials(context.Request) is null))
        {
            return TokenResults.Error(context, "invalid_client", status: StatusCodes.Status401Unauthorized);
        }

        if (token.Length == 0 || !client.EnableTokenRevocation)
        {
            return TokenResults.Error(context, "invalid_request");
        }

        // Three parts are a JWT: an ID or access token.
        if (token.Split('.').Length == 3)
        {
            return TokenResults.Error(context, "unsupported_token_type");
        }

        if (refreshTokens.Revoke(token, client.ClientId) == RevocationVerdict.AnotherClients)
        {
            return TokenResults.Error(context, "invalid_request");
        }

        TokenResults.AddHeaders(context);
        return Results.Ok();
    }
}
