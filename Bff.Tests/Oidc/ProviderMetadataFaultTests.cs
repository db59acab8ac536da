using Bff.Oidc;
using Bff.Tests.Hosting;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Tests.Oidc;

/// <summary>What only a provider with a certificate could show: endpoints without TLS.</summary>
[Row("KEY-06")]
public sealed class ProviderMetadataFaultTests
{
    private static readonly Dictionary<string, Action<OpenIdConnectConfiguration>> Insecure = new()
    {
        ["authorization_endpoint"] = metadata => metadata.AuthorizationEndpoint = "http://login.example.com/authorize",
        ["token_endpoint"] = metadata => metadata.TokenEndpoint = "http://login.example.com/token",
        ["token_endpoint on loopback"] = metadata => metadata.TokenEndpoint = "http://localhost/token",
        ["jwks_uri"] = metadata => metadata.JwksUri = "http://login.example.com/jwks",
        ["end_session_endpoint"] = metadata => metadata.EndSessionEndpoint = "http://login.example.com/logout",
        ["revocation_endpoint"] = metadata => metadata.RevocationEndpoint = "http://login.example.com/revoke",
    };

    public static TheoryData<string> Rows => [.. Insecure.Keys];

    [Fact]
    public void A_provider_with_https_throughout_is_used() => Assert.True(Validate("https://pool.example.com", _ => { }));

    [Theory, MemberData(nameof(Rows))]
    public void An_https_provider_that_names_an_http_endpoint_is_not_used(string row)
    {
        Assert.False(Validate("https://pool.example.com", Insecure[row]));
        Assert.False(Validate("https://pool.example.com", Insecure[row], allowHttp: true));
    }

    [Theory, MemberData(nameof(Rows))]
    public void A_provider_that_may_use_http_may_name_http_endpoints(string row) =>
        Assert.True(Validate("http://localhost:5002", Insecure[row]));

    private static bool Validate(string authority, Action<OpenIdConnectConfiguration> change, bool allowHttp = false)
    {
        var metadata = new OpenIdConnectConfiguration
        {
            Issuer = authority,
            AuthorizationEndpoint = "https://login.example.com/authorize",
            TokenEndpoint = "https://login.example.com/token",
            JwksUri = "https://pool.example.com/jwks",
            JsonWebKeySet = new JsonWebKeySet($$"""{"keys":[{{TestKey.First.Jwk().ToJsonString()}}]}"""),
        };
        change(metadata);
        return ProviderMetadataFault.Of(metadata, new OidcOptions { Authority = authority, AllowHttp = allowHttp }) is null;
    }
}
