namespace Bff.Local.Api;

/// <summary>Settings of the local API (section <c>Api</c>).</summary>
internal sealed class ApiOptions
{
    public const string Section = "Api";

    /// <summary>Where it listens, in the form of <c>ASPNETCORE_URLS</c>.</summary>
    /// <value>Default: the port of <c>Local:ApiUrl</c>, <c>http://localhost:5003</c>.</value>
    public string Listen { get; set; } = "http://localhost:5003";

    /// <summary>Who issues the access tokens, byte for byte as in the token; its discovery document names the keys.</summary>
    /// <value>Default: <c>UserPool:IssuerUrl</c>.</value>
    public string Issuer { get; set; } = "http://localhost:5002/local_pool";

    /// <summary>
    /// The app client whose tokens are accepted. Cognito's access tokens name it as <c>client_id</c> and have no <c>aud</c>.
    /// </summary>
    /// <value>Default: the local user pool's first client.</value>
    public string ClientId { get; set; } = "";

    /// <summary>What the token's <c>scope</c> must contain.</summary>
    /// <value>Default <c>openid</c>.</value>
    public string RequiredScope { get; set; } = "openid";

    /// <summary>Whether keys may come over http from elsewhere than loopback; on loopback they always may.</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool AllowHttp { get; set; }

    /// <summary>How far the issuer's clock may be from this one.</summary>
    /// <value>Default one minute.</value>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromMinutes(1);
}
