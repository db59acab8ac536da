using System.Collections.Concurrent;
using System.Security.Cryptography;
using Bff.Local.UserPool.Users;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Local.UserPool.SignIn;

/// <summary>Users who gave their temporary password and owe a new one (<c>NEW_PASSWORD_REQUIRED</c>).</summary>
internal sealed class PasswordChallenges(PoolClock clock, PoolAddresses addresses, UserDirectory users)
{
    private const string CookieName = "cognito-challenge";

    private readonly ConcurrentDictionary<string, Challenge> challenges = [];

    public void Start(HttpContext context, PoolUser user, DateTimeOffset begunAt)
    {
        foreach (var (old, _) in challenges.Where(challenge => clock.Now >= challenge.Value.BegunAt + FormTokens.AttemptLimit))
        {
            challenges.TryRemove(old, out _);
        }

        var id = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        challenges[id] = new Challenge(user.Sub, begunAt);
        context.Response.Cookies.Append(CookieName, id, PoolCookie.Options(addresses, FormTokens.AttemptLimit));
    }

    /// <summary>Null once the attempt took too long, or the password was changed meanwhile.</summary>
    public (PoolUser User, DateTimeOffset BegunAt)? Find(HttpContext context) =>
        context.Request.Cookies[CookieName] is { } id && challenges.TryGetValue(id, out var challenge)
        && clock.Now < challenge.BegunAt + FormTokens.AttemptLimit
        && users.BySub(challenge.Sub) is { Enabled: true, Status: UserStatus.ForceChangePassword } user
            ? (user, challenge.BegunAt)
            : null;

    public void End(HttpContext context)
    {
        if (context.Request.Cookies[CookieName] is { } id)
        {
            challenges.TryRemove(id, out _);
            context.Response.Cookies.Delete(CookieName, PoolCookie.Options(addresses, lifetime: null));
        }
    }

    private sealed record Challenge(string Sub, DateTimeOffset BegunAt);
}
