using Microsoft.AspNetCore.DataProtection;

namespace Bff.Sessions;

/// <summary>The session cookie: HttpOnly, Secure, host-bound, and without a lifetime of its own, since Redis decides.</summary>
internal sealed class SessionCookie(IDataProtectionProvider protection, SessionOptions options)
{
    private readonly ProtectedCookie cookie =
        new(protection.CreateProtector("session cookie"), options.CookieName, options.SameSite, maxAge: null);

    public SessionId? Read(HttpRequest request) => cookie.Read(request) is { } secret ? SessionId.From(secret) : null;

    public void Append(HttpResponse response, SessionId id) => cookie.Append(response, id.Reveal());

    public void Delete(HttpResponse response) => cookie.Delete(response);
}
