using System.Security.Cryptography;
using Bff.Sessions;
using Microsoft.AspNetCore.DataProtection;

namespace Bff.SignIn;

/// <summary>
/// Binds sign-ins to the browser that began them. One secret serves all tabs of a browser, so cookies do not pile up. Lax, because a
/// Strict cookie is not sent on the way back from the provider's site.
/// </summary>
internal sealed class LoginCookie(IDataProtectionProvider protection, SessionOptions options)
{
    private readonly ProtectedCookie cookie =
        new(protection.CreateProtector("login cookie"), options.LoginCookieName, SameSiteMode.Lax, options.LoginTimeout);

    public byte[]? Read(HttpRequest request) => cookie.Read(request);

    /// <summary>The browser's secret; a new one if it has none. Its cookie is renewed for another login timeout.</summary>
    public byte[] ReadOrCreate(HttpContext context)
    {
        var secret = Read(context.Request) ?? RandomNumberGenerator.GetBytes(SessionId.Length);
        cookie.Append(context.Response, secret);
        return secret;
    }
}
