using System.Security.Cryptography;
using Bff.Local.UserPool.Users;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Local.UserPool.SignIn;

/// <summary>Who is signed in at the pool itself: the cookie <c>cognito</c>, one hour from the sign-in, not sliding.</summary>
internal sealed class BrowserSessions(PoolClock clock, PoolAddresses addresses, UserDirectory users)
{
    private const string CookieName = "cognito";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly Expiring<BrowserSession> sessions = new(clock);

    public void Start(HttpContext context, PoolUser user)
    {
        End(context);
        var id = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        sessions.Put(id, new BrowserSession(user.Sub, clock.Now), clock.Now + Lifetime);
        context.Response.Cookies.Append(CookieName, id, PoolCookie.Options(addresses, Lifetime));
    }

    public (PoolUser User, DateTimeOffset AuthTime)? Find(HttpContext context) =>
        context.Request.Cookies[CookieName] is { } id && sessions.TryGet(id, out var session)
        && users.BySub(session.Sub) is { Enabled: true } user
            ? (user, session.AuthTime)
            : null;

    public void End(HttpContext context)
    {
        if (context.Request.Cookies[CookieName] is { } id)
        {
            sessions.Remove(id);
            context.Response.Cookies.Delete(CookieName, PoolCookie.Options(addresses, lifetime: null));
        }
    }

    private sealed record BrowserSession(string Sub, DateTimeOffset AuthTime);
}
