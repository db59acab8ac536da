using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Bff.Local.UserPool.RemoteControl;
using Bff.Local.UserPool.Users;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Local.UserPool.Tokens;

/// <summary><c>grant_type=authorization_code</c>: a code for tokens.</summary>
internal sealed class CodeGrant(AuthorizationCodes codes, RefreshTokens refreshTokens, TokenIssuer tokens, UserDirectory users,
    PoolClock clock, Faults faults)
{
    public TokenVerdict Judge(AppClient client, IFormCollection form)
    {
        var (code, redirectUri) = (form["code"].ToString(), form["redirect_uri"].ToString());
        if (code.Length == 0 || redirectUri.Length == 0)
        {
            return new TokenVerdict.Refused("invalid_request");
        }

        if (codes.Take(code, client.ClientId) is not { } issued || users.BySub(issued.Grant.Sub) is not { Enabled: true } user)
        {
            return new TokenVerdict.Refused("invalid_grant");
        }

        // Where others say invalid_grant, Cognito says this.
        if (redirectUri != issued.RedirectUri)
        {
            return new TokenVerdict.Refused("unauthorized_client", "invalid_redirect");
        }

        if (!Answers(form["code_verifier"], issued.CodeChallenge) || !ScopeAttributes.AreReadable(client, issued.Grant.Scope))
        {
            return new TokenVerdict.Refused("invalid_grant");
        }

        return new TokenVerdict.Granted(Answer(issued.Grant, client, user));
    }

    // RFC 7636, 4.6. A verifier without a challenge is a downgrade, and refused as well (RFC 9700, 2.1.1).
    private static bool Answers(string? verifier, string? challenge) => challenge is null
        ? string.IsNullOrEmpty(verifier)
        : Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier ?? ""))) == challenge;

    private JsonObject Answer(SignInGrant grant, AppClient client, PoolUser user)
    {
        var accessToken = tokens.AccessToken(grant, client, user);
        var answer = new JsonObject();
        // Without openid the member is left out, not null.
        if (grant.Scope.Contains("openid"))
        {
            answer["id_token"] = tokens.IdToken(grant, client, user, accessToken, grant.Nonce);
        }

        answer["access_token"] = accessToken;
        answer["refresh_token"] = refreshTokens.Issue(grant, clock.Now + (faults.Plan.RefreshTokenLifetime ?? client.RefreshTokenLifetime));
        answer["expires_in"] = (long)(faults.Plan.AccessTokenLifetime ?? client.AccessTokenLifetime).TotalSeconds;
        answer["token_type"] = "Bearer";
        return answer;
    }
}
