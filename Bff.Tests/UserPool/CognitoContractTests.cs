using System.Net;

namespace Bff.Tests.UserPool;

/// <summary>
/// What the BFF relies on of Cognito, as far as it can be seen without signing in; the same tests run
/// against a real user pool when <see cref="PoolUnderTest"/>'s settings name one.
/// </summary>
public sealed class CognitoContractTests
{
    [Fact]
    public async Task Discovery_has_the_twelve_members_and_endpoints_on_another_origin()
    {
        await using var pool = await PoolUnderTest.StartAsync();

        Assert.Superset(
            new HashSet<string> { "authorization_endpoint", "end_session_endpoint", "id_token_signing_alg_values_supported", "issuer",
                "jwks_uri", "response_types_supported", "revocation_endpoint", "scopes_supported", "subject_types_supported",
            "token_endpoint", "token_endpoint_auth_methods_supported", "userinfo_endpoint" },
            pool.Metadata.Select(member => member.Key).ToHashSet());
        Assert.NotEqual(pool.Endpoint("issuer").Authority, pool.Endpoint("authorization_endpoint").Authority);
        Assert.Equal(pool.Endpoint("issuer").Authority, pool.Endpoint("jwks_uri").Authority);
    }

    [Fact]
    public async Task The_key_set_holds_two_RSA_keys_for_RS256()
    {
        await using var pool = await PoolUnderTest.StartAsync();

        using var answer = await pool.GetAsync(pool.Endpoint("jwks_uri"));

        var keys = (await LocalPool.ReadAsync(answer))["keys"]!.AsArray();
        Assert.True(keys.Count >= 2);
        Assert.All(keys, key =>
            Assert.Equal(("RSA", "RS256", "sig"), (key!["kty"]!.GetValue<string>(), key["alg"]!.GetValue<string>(),
            key["use"]!.GetValue<string>())));
    }

    [Fact]
    public async Task An_authorization_request_ends_on_a_page_of_the_domain()
    {
        await using var pool = await PoolUnderTest.StartAsync();
        using var browser = pool.Browser();

        await browser.NavigateAsync(pool.Endpoint("authorization_endpoint", pool.AuthorizeQuery()), typed: true);
        var page = await browser.FollowAllAsync();

        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.Status, page.Response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(pool.Endpoint("authorization_endpoint").Authority, page.Url.Authority);
    }

    [Fact]
    public async Task An_unregistered_redirect_URI_is_never_returned_to()
    {
        await using var pool = await PoolUnderTest.StartAsync();
        using var browser = pool.Browser();

        await browser.NavigateAsync(pool.Endpoint("authorization_endpoint", pool.AuthorizeQuery(redirectUri: pool.Callback + "/")),
            typed: true);
        var page = await browser.FollowAllAsync();

        Assert.Equal((HttpStatusCode.BadRequest, "/error"), (page.Status, page.Url.AbsolutePath));
        Assert.Contains("error=redirect_mismatch", page.Url.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_scope_comes_back_as_an_invalid_request_described_as_invalid_scope()
    {
        await using var pool = await PoolUnderTest.StartAsync();
        using var browser = pool.Browser();

        await browser.NavigateAsync(pool.Endpoint("authorization_endpoint", pool.AuthorizeQuery(scope: "openid no-such-scope")),
            typed: true);
        var back = await browser.FollowAllAsync(until: url => url.AbsoluteUri.StartsWith(pool.Callback, StringComparison.Ordinal));

        Assert.Contains("error=invalid_request", back.Location.Query, StringComparison.Ordinal);
        Assert.Contains("error_description=invalid_scope", back.Location.Query, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("authorization_code", null, "invalid_grant")]
    [InlineData("authorization_code", "wrong", "invalid_client")]
    [InlineData("refresh_token", null, "invalid_grant")]
    [InlineData("password", null, "unsupported_grant_type")]
    public async Task Every_error_of_the_token_endpoint_is_a_400(string grantType, string? secret, string error)
    {
        await using var pool = await PoolUnderTest.StartAsync();

        using var answer = await pool.PostAsync("token_endpoint", Form(
            ("grant_type", grantType), ("code", "00000000-0000-4000-8000-000000000000"), ("refresh_token", "a.b.c.d.e"),
            ("redirect_uri", pool.Callback), ("client_id", pool.ClientId), ("client_secret", secret ?? pool.ClientSecret)));

        Assert.Equal((HttpStatusCode.BadRequest, error), (answer.StatusCode, await LocalPool.ErrorAsync(answer)));
    }

    [Fact]
    public async Task The_token_endpoint_takes_Basic_as_well()
    {
        await using var pool = await PoolUnderTest.StartAsync();

        using var answer = await pool.PostAsync("token_endpoint",
            Form(("grant_type", "authorization_code"), ("code", "00000000-0000-4000-8000-000000000000"),
            ("redirect_uri", pool.Callback)), basic: true);

        Assert.Equal("invalid_grant", await LocalPool.ErrorAsync(answer));
    }

    [Fact]
    public async Task Revoking_an_unknown_token_is_200_with_Basic_and_401_without_a_client()
    {
        await using var pool = await PoolUnderTest.StartAsync();

        using var known = await pool.PostAsync("revocation_endpoint", Form(("token", "a.b.c.d.e")), basic: true);
        using var unknown = await pool.PostAsync("revocation_endpoint", Form(("token", "a.b.c.d.e"), ("client_id", "nobody")));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (known.StatusCode, unknown.StatusCode));
    }

    [Fact]
    public async Task UserInfo_without_a_token_says_so_in_a_header()
    {
        await using var pool = await PoolUnderTest.StartAsync();

        using var answer = await pool.GetAsync(pool.Endpoint("userinfo_endpoint"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("invalid_request", answer.Headers.NonValidated["WWW-Authenticate"].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_takes_logout_uri_and_refuses_the_form_of_OpenID_Connect()
    {
        await using var pool = await PoolUnderTest.StartAsync();
        using var browser = pool.Browser();

        var own = await browser.NavigateAsync(pool.Endpoint("end_session_endpoint",
            $"?client_id={pool.ClientId}&logout_uri={Uri.EscapeDataString(pool.SignedOut)}"), typed: true);
        await browser.NavigateAsync(pool.Endpoint("end_session_endpoint",
            $"?post_logout_redirect_uri={Uri.EscapeDataString(pool.SignedOut)}"), typed: true);
        var openIdConnects = await browser.FollowAllAsync();

        Assert.Equal(pool.SignedOut, own.Response.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.BadRequest, openIdConnects.Status);
    }

    private static FormUrlEncodedContent Form(params IEnumerable<(string Name, string Value)> fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
}
