using Microsoft.IdentityModel.JsonWebTokens;

namespace Bff.Local.Api;

/// <summary>What the API knows of its caller: the claims of an access token that passed every check.</summary>
internal sealed record AccessToken(
    string Subject, string Username, string Scope, string ClientId, DateTimeOffset ExpiresAt, IReadOnlyList<string> Groups)
{
    public static AccessToken From(JsonWebToken jwt) => new(
        jwt.Subject,
        Text(jwt, "username"),
        Text(jwt, "scope"),
        Text(jwt, "client_id"),
        new DateTimeOffset(jwt.ValidTo, TimeSpan.Zero),
        jwt.TryGetPayloadValue("cognito:groups", out string[] groups) ? groups : []);

    private static string Text(JsonWebToken jwt, string claim) =>
        jwt.TryGetPayloadValue(claim, out string value) ? value : "";
}
