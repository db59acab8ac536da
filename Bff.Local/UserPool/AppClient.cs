namespace Bff.Local.UserPool;

/// <summary><c>AWS::Cognito::UserPoolClient</c>, with its secrets and branding beside it.</summary>
internal sealed class AppClient
{
    public string ClientName { get; set; } = "";

    public string ClientId { get; set; } = "";

    /// <summary>Up to two active secrets, so that one can be replaced without an outage; none makes a public client.</summary>
    public List<string> ClientSecrets { get; set; } = [];

    public bool AllowedOAuthFlowsUserPoolClient { get; set; }

    public List<string> AllowedOAuthFlows { get; set; } = [];

    public List<string> AllowedOAuthScopes { get; set; } = [];

    public List<string> SupportedIdentityProviders { get; set; } = [];

    public List<string> CallbackURLs { get; set; } = [];

    public List<string> LogoutURLs { get; set; } = [];

    /// <summary>Attributes the client may read; empty means all.</summary>
    public List<string> ReadAttributes { get; set; } = [];

    /// <summary><c>ENABLED</c> hides whether a user exists; <c>LEGACY</c>, the API's default, shows it.</summary>
    public string PreventUserExistenceErrors { get; set; } = "LEGACY";

    public bool EnableTokenRevocation { get; set; } = true;

    public RefreshTokenRotation RefreshTokenRotation { get; set; } = new();

    public int AccessTokenValidity { get; set; } = 60;

    public int IdTokenValidity { get; set; } = 60;

    public int RefreshTokenValidity { get; set; } = 30;

    public TokenValidityUnits TokenValidityUnits { get; set; } = new();

    /// <summary><c>false</c> is the client made without a ManagedLoginBranding: its login pages are unavailable.</summary>
    public bool ManagedLoginBranding { get; set; } = true;

    public TimeSpan AccessTokenLifetime => TokenValidityUnits.Of(AccessTokenValidity, TokenValidityUnits.AccessToken);

    public TimeSpan IdTokenLifetime => TokenValidityUnits.Of(IdTokenValidity, TokenValidityUnits.IdToken);

    public TimeSpan RefreshTokenLifetime => TokenValidityUnits.Of(RefreshTokenValidity, TokenValidityUnits.RefreshToken);

    public bool MayRead(string attribute) => ReadAttributes.Count == 0 || ReadAttributes.Contains(attribute);
}
