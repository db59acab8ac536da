using Bff.Local.UserPool.RemoteControl;

namespace Bff.Local.UserPool.Tokens;

/// <summary><c>POST /oauth2/token</c>: who asks, and for which grant.</summary>
internal static class TokenEndpoint
{
    public static void MapToken(this IEndpointRouteBuilder domain)
    {
        domain.MapPost(PoolPaths.Token, HandleAsync);
        domain.MapMethods(PoolPaths.Token, ["OPTIONS"], Preflight);
        domain.MapMethods(PoolPaths.Revoke, ["OPTIONS"], Preflight);
        domain.MapMethods(PoolPaths.UserInfo, ["OPTIONS"], Preflight);
    }

    private static async Task<IResult> HandleAsync(HttpContext context, UserPoolOptions options, CodeGrant codes,
        RefreshGrant refreshes, Faults faults)
    {
        // 405, not 415, is what Cognito says to a body that is no form.
        if (!string.Equals(context.Request.ContentType?.Split(';')[0].Trim(), "application/x-www-form-urlencoded",
            StringComparison.OrdinalIgnoreCase))
        {
            return Results.StatusCode(StatusCodes.Status405MethodNotAllowed);
        }

        var form = await PostedForm.ReadAsync(context);
        return Judge(context.Request, form, options, codes, refreshes) switch
        {
            TokenVerdict.Granted granted => TokenResults.Json(context, granted.Answer.With(faults.Plan.TokenAnswer)),
            TokenVerdict.Refused refused => TokenResults.Error(context, refused.Error, refused.Description),
            var other => throw new InvalidOperationException($"Unknown verdict {other}."),
        };
    }

    private static TokenVerdict Judge(HttpRequest request, IFormCollection form, UserPoolOptions options, CodeGrant codes,
        RefreshGrant refreshes)
    {
        // A parameter given twice means nothing (RFC 6749, 3.2), and two different secrets mean less.
        if (form.Any(parameter => parameter.Value.Count > 1)
            || (ClientAuthentication.BasicCredentials(request) is { } basic && form.TryGetValue("client_secret", out var secret)
                && secret != basic.Secret))
        {
            return new TokenVerdict.Refused("invalid_request");
        }

        var grantType = form["grant_type"].ToString();
        if (grantType is not ("authorization_code" or "refresh_token" or "client_credentials"))
        {
            return new TokenVerdict.Refused(grantType.Length == 0 ? "invalid_request" : "unsupported_grant_type");
        }

        // Before the code is looked at: a wrong secret must not burn it.
        if (!ClientAuthentication.TryAuthenticate(request, form, options, out var client))
        {
            return new TokenVerdict.Refused("invalid_client");
        }

        return grantType switch
        {
            "authorization_code" => codes.Judge(client, form),
            "refresh_token" => refreshes.Judge(client, form),
            _ => new TokenVerdict.Refused("unauthorized_client"),
        };
    }

    private static IResult Preflight(HttpContext context)
    {
        context.Response.Headers.AccessControlAllowOrigin = "*";
        context.Response.Headers.AccessControlAllowMethods = "GET, POST";
        context.Response.Headers.AccessControlAllowHeaders = "authorization, content-type, x-amz-user-agent";
        return Results.Ok();
    }
}
