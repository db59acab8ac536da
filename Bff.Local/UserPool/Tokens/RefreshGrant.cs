using System.Text.Json.Nodes;
using Bff.Local.UserPool.RemoteControl;
using Bff.Local.UserPool.Users;

namespace Bff.Local.UserPool.Tokens;

/// <summary><c>grant_type=refresh_token</c>: new tokens of the same sign-in.</summary>
internal sealed class RefreshGrant(RefreshTokens refreshTokens, TokenIssuer tokens, UserDirectory users, Faults faults)
{
    public TokenVerdict Judge(AppClient client, IFormCollection form)
    {
        var token = form["refresh_token"].ToString();
        if (token.Length == 0)
        {
            return new TokenVerdict.Refused("invalid_request");
        }

        if (refreshTokens.Find(token, client.ClientId) is not { } entry || users.BySub(entry.Grant.Sub) is not { } user)
        {
            return new TokenVerdict.Refused("invalid_grant");
        }

        var accessToken = tokens.AccessToken(entry.Grant, client, user);
        var answer = new JsonObject();
        if (entry.Grant.Scope.Contains("openid"))
        {
            answer["id_token"] = tokens.IdToken(entry.Grant, client, user, accessToken, nonce: null);
        }

        answer["access_token"] = accessToken;
        // Without rotation the client keeps what it has: the answer names no refresh token.
        if (client.RefreshTokenRotation.Enabled)
        {
            answer["refresh_token"] = refreshTokens.Rotate(token, entry, client.RefreshTokenRotation.Grace);
        }

        answer["expires_in"] = (long)(faults.Plan.AccessTokenLifetime ?? client.AccessTokenLifetime).TotalSeconds;
        answer["token_type"] = "Bearer";
        return new TokenVerdict.Granted(answer);
    }
}
