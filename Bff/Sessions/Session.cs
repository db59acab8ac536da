using System.Text.Json.Nodes;
using Bff.Oidc;

namespace Bff.Sessions;

/// <summary>Who is signed in, since when, and the tokens: what Redis keeps, encrypted.</summary>
/// <param name="Claims">The ID token's claims about the user.</param>
/// <param name="AuthTimeMoved">Whether a refresh has changed <c>auth_time</c>, which is logged once.</param>
internal sealed record Session(
    string Subject, string Issuer, JsonObject Claims, DateTimeOffset CreatedAt, TokenSet Tokens, bool AuthTimeMoved = false)
{
    /// <summary>The groups that it can be found by and ended with.</summary>
    public IReadOnlyList<SessionGroup> Groups()
    {
        var user = SessionGroup.OfUser(Issuer, Subject);
        return Claims["sid"] is JsonValue value && value.TryGetValue<string>(out var sid) ? [user, SessionGroup.OfProviderSession(Issuer, sid)] : [user];
    }

    // A record prints its properties by default; these are secrets.
    public override string ToString() => nameof(Session);
}

/// <summary>A session as it was read: what a later write must still find unchanged.</summary>
/// <param name="Version">A random value that every write of the tokens replaces.</param>
/// <param name="LastUsed">The last use that was noted.</param>
internal sealed record StoredSession(SessionId Id, Session Session, string Version, DateTimeOffset LastUsed)
{
    public override string ToString() => $"{nameof(StoredSession)} {Id}";
}
