using System.Net;

namespace Bff.Oidc;

/// <summary>How the provider answered a request, as metrics have it.</summary>
internal static class ProviderOutcome
{
    /// <summary>It did what it was asked.</summary>
    public const string Ok = "ok";

    /// <summary>It works, and refused the request.</summary>
    public const string Refused = "refused";

    /// <summary>No answer, 429, 5xx, or one that cannot be used.</summary>
    public const string Unavailable = "unavailable";

    public static string Of(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => Ok,
        >= 400 and < 500 and not 429 => Refused,
        _ => Unavailable,
    };

    public static string Of(TokenResult result) => result switch
    {
        TokenResult.Granted => Ok,
        TokenResult.Refused or TokenResult.Unavailable { IsProviderWell: true } => Refused,
        _ => Unavailable,
    };
}
