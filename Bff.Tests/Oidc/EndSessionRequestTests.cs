using Bff.Oidc;
using Bff.Tests.Hosting;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Tests.Oidc;

[Row("OUT-04", "KEY-08")]
public sealed class EndSessionRequestTests
{
    private const string SignedOut = "https://app.example.com/?bye=1&x";

    [Theory]
    [InlineData("https://login.example.com/logout")]
    [InlineData(null)]
    [InlineData("")]
    public void At_Cognito_it_is_its_own_form(string? endpoint) => Assert.Equal(
        "https://login.example.com/logout?client_id=the-client&logout_uri=https%3A%2F%2Fapp.example.com%2F%3Fbye%3D1%26x",
        Url(ProviderKind.cognito, endpoint, "the-id-token"));

    [Fact]
    public void Elsewhere_it_is_that_of_OpenID_Connect() => Assert.Equal(
        "https://login.example.com/logout?tenant=1&id_token_hint=the-id-token&client_id=the-client"
            + "&post_logout_redirect_uri=https%3A%2F%2Fapp.example.com%2F%3Fbye%3D1%26x",
        Url(ProviderKind.oidc, "https://login.example.com/logout?tenant=1", "the-id-token"));

    [Fact]
    public void Without_a_session_there_is_no_hint() => Assert.Equal(
        "https://login.example.com/logout?client_id=the-client&post_logout_redirect_uri=https%3A%2F%2Fapp.example.com%2F%3Fbye%3D1%26x",
        Url(ProviderKind.oidc, "https://login.example.com/logout", null));

    [Theory]
    [InlineData(null), InlineData("")]
    public void A_provider_without_the_endpoint_is_left_aside(string? endpoint) =>
        Assert.Equal(SignedOut, Url(ProviderKind.oidc, endpoint, "the-id-token"));

    [Fact]
    public void A_provider_that_was_never_read_is_left_aside()
    {
        foreach (var kind in Enum.GetValues<ProviderKind>())
            Assert.Equal(SignedOut, EndSessionRequest.Url(null, Options(kind), SignedOut, "the-id-token"));
    }

    private static string Url(ProviderKind kind, string? endpoint, string? idToken) => EndSessionRequest.Url(
        new OpenIdConnectConfiguration
        {
            AuthorizationEndpoint = "https://login.example.com/oauth2/authorize",
            EndSessionEndpoint = endpoint
        }, Options(kind), SignedOut, idToken);

    private static OidcOptions Options(ProviderKind kind) => new() { Provider = kind, ClientId = "the-client" };
}
