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

        if (refreshTokens.Redeem(token, client) is not var (grant, replacement) || users.BySub(grant.Sub) is not { } user)
        {
            return new TokenVerdict.Refused("invalid_grant");
        }

        var accessToken = tokens.AccessToken(grant, client, user);
        var answer = new JsonObject();
        if (grant.Scope.Contains("openid"))
        {
            answer["id_token"] = tokens.IdToken(grant, client, user, accessToken, nonce: null);
        }

        answer["access_token"] = accessToken;
        // Without rotation the client keeps what it has: the answer names no refresh token.
        if (replacement is not null)
        {
            answer["refresh_token"] = replacement;
        }

        answer["expires_in"] = (long)(faults.Plan.AccessTokenLifetime ?? client.AccessTokenLifetime).TotalSeconds;
        answer["token_type"] = "Bearer";
        return new TokenVerdict.Granted(answer);
    }
}
