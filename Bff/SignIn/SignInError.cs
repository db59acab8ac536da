namespace Bff.SignIn;

/// <summary>The closed list of reasons that the SPA may get in <c>?login_error=</c>. It never gets the provider's own text.</summary>
internal sealed record SignInError
{
    private SignInError(string code) => Code = code;

    public string Code { get; }

    public static readonly SignInError AccessDenied = new("access_denied");
    public static readonly SignInError LoginFailed = new("login_failed");

    /// <summary>The provider would have to show a page, and was asked not to (<c>prompt=none</c>).</summary>
    public static readonly SignInError LoginRequired = new("login_required");
    public static readonly SignInError ProviderUnavailable = new("provider_unavailable");

    /// <summary>The one with this code, as it was stored.</summary>
    public static SignInError FromCode(string code) =>
        Array.Find([AccessDenied, LoginRequired, ProviderUnavailable], error => error.Code == code) ?? LoginFailed;

    /// <summary>What an authorization error means for the person (RFC 6749 section 4.1.2.1, OpenID Connect Core 3.1.2.6).</summary>
    public static SignInError Of(string providerError) => providerError switch
    {
        "access_denied" => AccessDenied,
        "login_required" or "interaction_required" or "consent_required" or "account_selection_required" => LoginRequired,
        "server_error" or "temporarily_unavailable" => ProviderUnavailable,
        _ => LoginFailed,
    };
}
