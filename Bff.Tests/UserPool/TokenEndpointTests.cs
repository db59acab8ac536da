using System.Net;
using System.Text;

namespace Bff.Tests.UserPool;

public sealed class TokenEndpointTests
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    [Fact]
    public async Task The_answer_has_the_five_members_in_order_and_Cognitos_headers()
    {
        await using var pool = await LocalPool.StartAsync();

        using var answer = await pool.RedeemAsync(await pool.CodeAsync());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        // Before it is parsed, which would write it in another way.
        Assert.Equal("application/json;charset=UTF-8", answer.Content.Headers.NonValidated["Content-Type"].ToString());
        Assert.Equal(["id_token", "access_token", "refresh_token", "expires_in", "token_type"],
            (await LocalPool.ReadAsync(answer)).Select(member => member.Key));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Single(answer.Headers.GetValues("x-amz-cognito-request-id"));
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Theory]
    [InlineData("grant_type", null, "invalid_request", null)]
    [InlineData("grant_type", "password", "unsupported_grant_type", null)]
    [InlineData("grant_type", "client_credentials", "unauthorized_client", null)]
    [InlineData("client_id", null, "invalid_client", null)]
    [InlineData("client_id", "nobody", "invalid_client", null)]
    [InlineData("client_secret", null, "invalid_client", null)]
    [InlineData("client_secret", "wrong", "invalid_client", null)]
    [InlineData("code", null, "invalid_request", null)]
    [InlineData("code", "00000000-0000-4000-8000-000000000000", "invalid_grant", null)]
    [InlineData("redirect_uri", null, "invalid_request", null)]
    [InlineData("redirect_uri", "http://localhost:8400/callback", "unauthorized_client", "invalid_redirect")]
    [InlineData("code_verifier", Verifier, "invalid_grant", null)]
    public async Task Every_error_is_a_400_with_its_name(string parameter, string? value, string error, string? description)
    {
        await using var pool = await LocalPool.StartAsync();

        using var answer = await pool.RedeemAsync(await pool.CodeAsync(), (parameter, value));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var body = await LocalPool.ReadAsync(answer);
        Assert.Equal((error, description), (body["error"]!.GetValue<string>(), body["error_description"]?.GetValue<string>()));
    }

    [Fact]
    public async Task A_code_is_good_once()
    {
        await using var pool = await LocalPool.StartAsync();
        var code = await pool.CodeAsync();
        using var first = await pool.RedeemAsync(code);

        using var second = await pool.RedeemAsync(code);

        Assert.Equal((HttpStatusCode.OK, "invalid_grant"), (first.StatusCode, await LocalPool.ErrorAsync(second)));
    }

    [Fact]
    public async Task Twenty_exchanges_of_one_code_at_once_are_granted_once()
    {
        await using var pool = await LocalPool.StartAsync();
        var code = await pool.CodeAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => pool.RedeemAsync(code)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_code_is_good_for_five_minutes()
    {
        await using var pool = await LocalPool.StartAsync();
        var (early, late) = (await pool.CodeAsync(), await pool.CodeAsync());
        pool.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        using var inTime = await pool.RedeemAsync(early);
        pool.Time.Advance(TimeSpan.FromSeconds(1));

        using var tooLate = await pool.RedeemAsync(late);

        Assert.Equal((HttpStatusCode.OK, "invalid_grant"), (inTime.StatusCode, await LocalPool.ErrorAsync(tooLate)));
    }

    [Theory]
    [InlineData(Verifier, null)]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK", "invalid_grant")]
    [InlineData(null, "invalid_grant")]
    public async Task The_verifier_must_answer_the_challenge(string? verifier, string? error)
    {
        await using var pool = await LocalPool.StartAsync();
        var code = await pool.CodeAsync(("code_challenge", Challenge), ("code_challenge_method", "S256"));

        using var answer = await pool.RedeemAsync(code, ("code_verifier", verifier));

        Assert.Equal(error, await LocalPool.ErrorAsync(answer));
    }

    [Theory]
    [InlineData("code")]
    [InlineData("client_id")]
    public async Task A_parameter_given_twice_is_an_invalid_request(string parameter)
    {
        await using var pool = await LocalPool.StartAsync();
        List<(string, string)> form =
            [("grant_type", "authorization_code"), ("code", "c"), ("redirect_uri", LocalPool.Callback),
            ("client_id", LocalPool.ClientId), ("client_secret", LocalPool.ClientSecret)];

        using var answer = await pool.PostAsync("/oauth2/token", null, form.Append((parameter, "again")));

        Assert.Equal("invalid_request", await LocalPool.ErrorAsync(answer));
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("text/plain", "grant_type=authorization_code")]
    public async Task Another_content_type_than_a_forms_is_405(string type, string body)
    {
        await using var pool = await LocalPool.StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, type);

        using var answer = await pool.Back.PostAsync(pool.OnDomain("/oauth2/token"), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Fact]
    public async Task A_client_that_cannot_read_what_a_scope_opens_gets_an_invalid_grant()
    {
        await using var pool = await LocalPool.StartAsync(options => options.Clients[0].ReadAttributes = ["email"]);

        using var answer = await pool.RedeemAsync(await pool.CodeAsync(("scope", "openid email")));

        Assert.Equal("invalid_grant", await LocalPool.ErrorAsync(answer));
    }
}
