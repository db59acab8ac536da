using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Bff.Local.UserPool.Users;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Local.UserPool.Tokens;

/// <summary><c>GET /oauth2/userInfo</c>: the user's attributes, all of them strings; errors live in a header alone.</summary>
internal static class UserInfoEndpoint
{
    private const string BadRequest = """error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint" """;
    private const string BadToken = """error="invalid_token", error_description="Access token is expired, disabled, or deleted, """
        + """or the user has globally signed out." """;

    public static void MapUserInfo(this IEndpointRouteBuilder domain) => domain.MapGet(PoolPaths.UserInfo, HandleAsync);

    private static async Task<IResult> HandleAsync(HttpContext context, UserPoolOptions options, SigningKeys keys,
        PoolAddresses addresses, PoolClock clock, RefreshTokens refreshTokens, UserDirectory users)
    {
        TokenResults.AddHeaders(context);
        if (!AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header)
            || !header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || string.IsNullOrEmpty(header.Parameter))
        {
            return Error(context, StatusCodes.Status400BadRequest, BadRequest);
        }

        var result = await new JsonWebTokenHandler().ValidateTokenAsync(header.Parameter, new TokenValidationParameters
        {
            ValidIssuer = addresses.IssuerName,
            ValidateAudience = false, // Cognito's access tokens have none.
            IssuerSigningKeys = keys.Published,
            LifetimeValidator = (_, expires, _, _) => clock.Now < expires,
        });
        if (!result.IsValid || result.SecurityToken is not JsonWebToken token || Claim(token, "token_use") != "access"
            || !Claim(token, "scope").Split(' ').Contains("openid")
            || refreshTokens.IsRevoked(Claim(token, "origin_jti"))
            || users.BySub(token.Subject) is not { Enabled: true } user || token.IssuedAt < user.SignedOutAt
            || options.Clients.Find(known => known.ClientId == Claim(token, "client_id")) is not { } client)
        {
            return Error(context, StatusCodes.Status401Unauthorized, BadToken);
        }

        var attributes = new JsonObject { ["sub"] = user.Sub };
        foreach (var (name, value) in ScopeAttributes.Of(user, client, Claim(token, "scope").Split(' ')))
        {
            attributes[name] = value;
        }

        attributes["username"] = user.Sub;
        return TokenResults.Json(context, attributes);
    }

    private static string Claim(JsonWebToken token, string name) => token.TryGetPayloadValue<string>(name, out var value) ? value : "";

    // Without the word Bearer in front, as Cognito has it.
    private static IResult Error(HttpContext context, int status, string challenge)
    {
        context.Response.Headers.WWWAuthenticate = challenge.Trim();
        return Results.StatusCode(status);
    }
}
