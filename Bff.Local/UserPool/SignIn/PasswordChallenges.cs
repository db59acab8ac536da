using System.Security.Cryptography;
using Bff.Local.UserPool.Users;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Local.UserPool.SignIn;

/// <summary>Users who gave their temporary password and owe a new one (<c>NEW_PASSWORD_REQUIRED</c>).</summary>
internal sealed class PasswordChallenges(PoolClock clock, PoolAddresses addresses, UserDirectory users)
{
    private const string CookieName = "cognito-challenge";

    private readonly Expiring<Challenge> challenges = new(clock);

    public void Start(HttpContext context, PoolUser user, DateTimeOffset begunAt)
    {
        var id = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        challenges.Put(id, new Challenge(user.Sub, begunAt), begunAt + FormTokens.AttemptLimit);
        context.Response.Cookies.Append(CookieName, id, PoolCookie.Options(addresses, FormTokens.AttemptLimit));
    }

    /// <summary>Null once the attempt took too long, or the password has changed since.</summary>
    public (PoolUser User, DateTimeOffset BegunAt)? Find(HttpContext context) =>
        context.Request.Cookies[CookieName] is { } id && challenges.TryGet(id, out var challenge)
        && users.BySub(challenge.Sub) is { Enabled: true, Status: UserStatus.ForceChangePassword } user
            ? (user, challenge.BegunAt)
            : null;

    public void End(HttpContext context)
    {
        if (context.Request.Cookies[CookieName] is { } id)
        {
            challenges.Remove(id);
            context.Response.Cookies.Delete(CookieName, PoolCookie.Options(addresses, lifetime: null));
        }
    }

    private sealed record Challenge(string Sub, DateTimeOffset BegunAt);
}
