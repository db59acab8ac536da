using System.Collections.Specialized;
using System.Web;
using Bff.Oidc;
using Bff.Tests.Hosting;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Tests.Oidc;

[Row("LGN-01", "LGN-02", "LGN-03", "LGN-15")]
public sealed class AuthorizationRequestTests
{
    private const string RedirectUri = "https://app.example.com/callback";

    private static readonly OidcOptions Options =
        new() { ClientId = "client &=+%é", ClientSecret = "very-secret", Scope = "openid email" };

    [Fact]
    public void The_request_has_each_required_parameter_once()
    {
        var query = QueryOf(Create());

        Assert.Equal(["response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
            "code_challenge_method"], query.AllKeys);
        Assert.Equal("code", query["response_type"]);
        Assert.Equal("client &=+%é", query["client_id"]);
        Assert.Equal(RedirectUri, query["redirect_uri"]);
        Assert.Equal("openid email", query["scope"]);
        Assert.Equal("S256", query["code_challenge_method"]);
    }

    [Fact]
    public void What_is_remembered_belongs_to_what_was_sent()
    {
        var request = Create();
        var query = QueryOf(request);

        Assert.Equal(request.State, query["state"]);
        Assert.Equal(request.Nonce, query["nonce"]);
        Assert.Equal(AuthorizationRequest.Challenge(request.CodeVerifier), query["code_challenge"]);
    }

    [Fact]
    public void State_nonce_and_verifier_are_256_random_bits_each()
    {
        var requests = Enumerable.Range(0, 1000).Select(_ => Create()).ToArray();
        var values = requests.SelectMany(request => new[] { request.State, request.Nonce, request.CodeVerifier }).ToArray();

        Assert.Equal(3000, values.Distinct().Count());
        Assert.All(values, value => Assert.Matches("^[A-Za-z0-9_-]{43}$", value));
        // A counter or a clock in front would show.
        Assert.InRange(values.Select(text => text[..4]).Distinct().Count(), 2970, 3000);
    }

    [Fact]
    public void The_challenge_is_the_one_of_RFC_7636_appendix_B()
    {
        var challenge = AuthorizationRequest.Challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");

        Assert.Equal("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", challenge);
    }

    [Fact]
    public void The_URL_has_neither_verifier_nor_client_secret()
    {
        var request = Create();

        Assert.DoesNotContain(request.CodeVerifier, request.Url, StringComparison.Ordinal);
        Assert.DoesNotContain(Options.ClientSecret, request.Url, StringComparison.Ordinal);
    }

    [Fact]
    public void Hints_travel_under_the_names_of_the_provider()
    {
        var query = QueryOf(Create(new AuthorizationHints("login select_account", "alice+1@example.com", "Google", "pt-BR", 0)));

        Assert.Equal("login select_account", query["prompt"]);
        Assert.Equal("alice+1@example.com", query["login_hint"]);
        Assert.Equal("Google", query["identity_provider"]);
        Assert.Equal("pt-BR", query["lang"]);
        Assert.Equal("0", query["max_age"]);
    }

    [Theory]
    [InlineData("&scope=admin")]
    [InlineData("a&state=evil#x")]
    [InlineData("a\r\nLocation: https://evil.example")]
    [InlineData("%26prompt=none")]
    [InlineData("é\u202e✓")]
    public void A_hint_adds_no_parameter_and_arrives_as_it_was(string hint)
    {
        var request = Create(new AuthorizationHints(LoginHint: hint));
        var query = QueryOf(request);

        Assert.Equal(hint, query["login_hint"]);
        Assert.Equal(9, query.Count);
        Assert.DoesNotContain(request.Url, character => character is <= ' ' or > '~');
    }

    [Fact]
    public void A_query_in_the_authorization_endpoint_is_kept()
    {
        var request = Create(endpoint: "https://pool.example.com/authorize?tenant=a%26b");

        Assert.StartsWith("https://pool.example.com/authorize?tenant=a%26b&response_type=code&", request.Url, StringComparison.Ordinal);
    }

    private static AuthorizationRequest Create(AuthorizationHints? hints = null,
        string endpoint = "https://pool.example.com/oauth2/authorize") =>
        AuthorizationRequest.Create(new OpenIdConnectConfiguration { AuthorizationEndpoint = endpoint }, Options, RedirectUri, hints
            ?? new AuthorizationHints());

    private static NameValueCollection QueryOf(AuthorizationRequest request) => HttpUtility.ParseQueryString(new Uri(request.Url).Query);
}
