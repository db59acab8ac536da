using Bff.Oidc;
using Bff.Settings;

namespace Bff.Operations.Doctor;

/// <summary>The settings by themselves, without asking any server.</summary>
internal static class SettingsCheck
{
    /// <summary>Cognito's default; a client of a user pool may have another value, which only the console shows.</summary>
    private const int CognitoRefreshTokenDays = 30;

    public static IEnumerable<Finding> Judge(Installation installation)
    {
        var (bff, oidc, session) = (installation.Settings.Bff, installation.Settings.Oidc, installation.Settings.Session);
        foreach (var fault in installation.Faults) yield return Finding.Fail("settings", fault, "See docs/settings.md.");
        if (installation.Faults is []) yield return Finding.Ok("settings", "All are valid.");

        if (installation.AreUsable("Bff:PublicUrl", "Bff:SpaOrigins"))
            foreach (var origin in bff.SpaOrigins) yield return Site(new Uri(bff.PublicOrigin), new Uri(origin));
        if (Origin.Parse(oidc.Authority) is { } authority && !Origin.IsSecure(authority))
        {
            yield return Finding.Warn("provider TLS", "The client secret and all tokens travel without encryption (Oidc:AllowHttp).",
                "Use an https issuer in production.");
        }
        if (installation.AreUsable("Session:Lifetime")) yield return Lifetime(oidc, session.Lifetime);
    }

    /// <summary>
    /// Whether the browser sends the session cookie with the SPA's requests. A site is the registrable domain; that is taken for the last
    /// two labels here, because a public suffix list is not part of the program.
    /// </summary>
    private static Finding Site(Uri bff, Uri spa)
    {
        const string Check = "SPA site";
        if (bff.Scheme == spa.Scheme && bff.IdnHost == spa.IdnHost)
            return Finding.Ok(Check, $"{Origin.Of(spa)} has the same host as the BFF.");
        var (site, other) = (Site(spa), Site(bff));
        if (bff.Scheme != spa.Scheme || site is null || site != other)
        {
            return Finding.Fail(Check,
                $"{Origin.Of(spa)} is on another site than {Origin.Of(bff)}: browsers do not send the session cookie with its requests.",
                "Serve both under one domain and scheme, for example https://app.example.com and https://bff.example.com.");
        }
        return Finding.Ok(Check, $"{Origin.Of(spa)} and the BFF are both under {site}. Whether {site} is a public suffix (as co.jp is) is "
            + "not checked.");
    }

    /// <summary>Null for an address, and for a host without a parent of two labels.</summary>
    private static string? Site(Uri url) =>
        url.HostNameType == UriHostNameType.Dns && url.IdnHost.Split('.') is [.., var second, var top] ? $"{second}.{top}" : null;

    private static Finding Lifetime(OidcOptions oidc, TimeSpan lifetime)
    {
        const string Check = "session lifetime";
        if (oidc.IsCognito)
        {
            return Finding.Ok(Check, $"Session:Lifetime is {lifetime}. It should not be longer than the app client's refresh tokens live: "
                + $"{CognitoRefreshTokenDays} days, unless the client has another value.");
        }
        return oidc.Scope.Split(' ').Contains("offline_access")
            ? Finding.Ok(Check, $"Session:Lifetime is {lifetime}; compare it with the life of the provider's refresh tokens.")
            : Finding.Ok(Check, $"Session:Lifetime is {lifetime}. Oidc:Scope has no offline_access: many providers then issue no refresh "
                + "token, and a session cannot use the API longer than its first access token lives.");
    }
}
