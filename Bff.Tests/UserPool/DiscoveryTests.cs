using System.Net;
using System.Text.Json.Nodes;

namespace Bff.Tests.UserPool;

public sealed class DiscoveryTests
{
    private static readonly string[] Members =
    [
        "authorization_endpoint", "end_session_endpoint", "id_token_signing_alg_values_supported", "issuer", "jwks_uri",
        "response_types_supported",
        "revocation_endpoint", "scopes_supported", "subject_types_supported", "token_endpoint", "token_endpoint_auth_methods_supported",
        "userinfo_endpoint",
    ];

    [Fact]
    public async Task Discovery_has_exactly_the_twelve_members_of_Cognito_in_their_order()
    {
        await using var pool = await LocalPool.StartAsync();

        var document = await GetAsync(pool, pool.OnIssuer("/.well-known/openid-configuration"));

        Assert.Equal(Members, document.Select(member => member.Key));
        Assert.Equal(pool.Handle.IssuerUrl.AbsoluteUri, document["issuer"]!.GetValue<string>());
        Assert.Equal(pool.OnDomain("/oauth2/token").AbsoluteUri, document["token_endpoint"]!.GetValue<string>());
        Assert.NotEqual(pool.Handle.IssuerUrl.Port, pool.Handle.DomainUrl.Port);
    }

    [Fact]
    public async Task Endpoints_of_the_back_channel_can_have_another_host_than_those_of_the_browser()
    {
        await using var pool = await LocalPool.StartAsync(options => options.BackchannelUrl = new("http://user-pool:5001"));

        var document = await GetAsync(pool, pool.OnIssuer("/.well-known/openid-configuration"));

        var there = document.Where(member =>
            member.Value is JsonValue && member.Value.GetValue<string>().StartsWith("http://user-pool:5001/", StringComparison.Ordinal))
            .Select(member => member.Key);
        Assert.Equal(["revocation_endpoint", "token_endpoint", "userinfo_endpoint"], there);
    }

    [Fact]
    public async Task The_key_set_holds_two_RSA_keys_with_padded_ids()
    {
        await using var pool = await LocalPool.StartAsync();

        var keys = (await GetAsync(pool, pool.OnIssuer("/.well-known/jwks.json")))["keys"]!.AsArray();

        Assert.Equal(2, keys.Count);
        Assert.All(keys, key =>
        {
            Assert.Equal(["alg", "e", "kid", "kty", "n", "use"], key!.AsObject().Select(member => member.Key));
            Assert.Equal(32, Convert.FromBase64String(key["kid"]!.GetValue<string>()).Length);
            Assert.Equal(342, key["n"]!.GetValue<string>().Length);
        });
    }

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/jwks.json")]
    public async Task The_domain_answers_discovery_with_400_and_HTML(string path)
    {
        await using var pool = await LocalPool.StartAsync();

        using var response = await pool.Back.GetAsync(pool.OnDomain(path), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("/oauth2/token")]
    [InlineData("/oauth2/authorize")]
    [InlineData("/login")]
    public async Task The_issuer_has_none_of_the_endpoints_of_the_domain(string path)
    {
        await using var pool = await LocalPool.StartAsync();

        using var response = await pool.Back.GetAsync(new Uri(pool.Handle.IssuerUrl, path), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task The_port_and_not_the_Host_header_decides_which_origin_is_asked()
    {
        await using var pool = await LocalPool.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, pool.OnDomain("/local_pool/.well-known/openid-configuration"));
        request.Headers.Host = pool.Handle.IssuerUrl.Authority;

        using var response = await pool.Back.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("/oauth2/par")]
    [InlineData("/oauth2/introspect")]
    [InlineData("/oauth2/register")]
    [InlineData("/oauth2/device_authorization")]
    public async Task What_Cognito_does_not_offer_is_not_there(string path)
    {
        await using var pool = await LocalPool.StartAsync();

        using var response = await pool.PostAsync(path, (LocalPool.ClientId, LocalPool.ClientSecret), ("token", "x"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static async Task<JsonObject> GetAsync(LocalPool pool, Uri url)
    {
        using var response = await pool.Back.GetAsync(url, TestContext.Current.CancellationToken);
        return await LocalPool.ReadAsync(response);
    }
}
