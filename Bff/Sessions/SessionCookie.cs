namespace Bff.Sessions;

/// <summary>The session cookie. It has no lifetime of its own, since Redis decides.</summary>
internal sealed class SessionCookie(SessionOptions options)
{
    private readonly HostCookie cookie = new(options.CookieName, options.SameSite, maxAge: null);

    /// <summary>Null when there is none that this program issued.</summary>
    public SessionId? Read(HttpRequest request) => cookie.Read(request) is { } value ? SessionId.Parse(value) : null;

    public void Append(HttpResponse response, SessionId id) => cookie.Append(response, id.CookieValue());

    public void Delete(HttpResponse response) => cookie.Delete(response);
}
