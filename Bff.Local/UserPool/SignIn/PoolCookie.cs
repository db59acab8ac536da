namespace Bff.Local.UserPool.SignIn;

/// <summary>
/// The attributes of all the pool's cookies. Their names must differ from those of the other servers on localhost: cookies know no
/// ports.
/// </summary>
internal static class PoolCookie
{
    public static CookieOptions Options(PoolAddresses addresses, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        // Strict would not be sent when the application redirects here.
        SameSite = SameSiteMode.Lax,
        Secure = addresses.SecureCookies,
        Path = "/",
        MaxAge = lifetime,
    };
}
