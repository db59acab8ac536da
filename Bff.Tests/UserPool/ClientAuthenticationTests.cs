using System.Net;
using Bff.Local.UserPool;

namespace Bff.Tests.UserPool;

public sealed class ClientAuthenticationTests
{
    [Fact]
    public async Task A_wrong_secret_does_not_burn_the_code_and_a_wrong_redirect_URI_does()
    {
        await using var pool = await LocalPool.StartAsync();
        var code = await pool.CodeAsync();

        Assert.Equal("invalid_client", await LocalPool.ErrorAsync(await pool.RedeemAsync(code, ("client_secret", "wrong"))));
        Assert.Equal("unauthorized_client", await LocalPool.ErrorAsync(await pool.RedeemAsync(code, ("redirect_uri", "http://x"))));
        Assert.Equal("invalid_grant", await LocalPool.ErrorAsync(await pool.RedeemAsync(code)));
    }

    [Theory]
    [InlineData(LocalPool.ClientId, LocalPool.ClientSecret, null, null)]
    [InlineData(LocalPool.ClientId, LocalPool.ClientSecret, LocalPool.ClientId, null)]
    [InlineData(LocalPool.ClientId, LocalPool.ClientSecret, "another", "invalid_client")]
    [InlineData(LocalPool.ClientId, "wrong", null, "invalid_client")]
    [InlineData("nobody", LocalPool.ClientSecret, null, "invalid_client")]
    public async Task Basic_authentication_is_accepted_with_or_without_the_client_id_in_the_body(string id, string secret,
        string? inBody, string? error)
    {
        await using var pool = await LocalPool.StartAsync();
        List<(string, string)> form =
            [("grant_type", "authorization_code"), ("code", await pool.CodeAsync()), ("redirect_uri", LocalPool.Callback)];
        if (inBody is not null)
        {
            form.Add(("client_id", inBody));
        }

        using var answer = await pool.PostAsync("/oauth2/token", (id, secret), form);

        Assert.Equal(error, await LocalPool.ErrorAsync(answer));
    }

    [Fact]
    public async Task Two_different_secrets_in_one_request_are_an_invalid_request()
    {
        await using var pool = await LocalPool.StartAsync();

        using var answer = await pool.PostAsync("/oauth2/token", (LocalPool.ClientId, LocalPool.ClientSecret),
            ("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_secret", "another"));

        Assert.Equal("invalid_request", await LocalPool.ErrorAsync(answer));
    }

    [Fact]
    public async Task A_form_that_cannot_be_read_is_an_invalid_request()
    {
        await using var pool = await LocalPool.StartAsync();

        using var answer = await pool.PostAsync("/oauth2/token", null, Enumerable.Range(0, 2000).Select(number => ($"p{number}", "x")));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.StatusCode, await LocalPool.ErrorAsync(answer)));
    }

    [Fact]
    public async Task Each_of_two_active_secrets_is_accepted()
    {
        const string Second = "anotherSecret000000000000";
        await using var pool = await LocalPool.StartAsync(options => options.Clients[0].ClientSecrets.Add(Second));

        using var answer = await pool.RedeemAsync(await pool.CodeAsync(), ("client_secret", Second));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_code_is_of_no_use_to_another_client_and_survives_its_attempt()
    {
        await using var pool = await LocalPool.StartAsync(options =>
            options.Clients.Add(new AppClient { ClientId = "another", ClientSecrets = { "anotherSecret000000000000" } }));
        var code = await pool.CodeAsync();

        using var stolen = await pool.RedeemAsync(code, ("client_id", "another"), ("client_secret", "anotherSecret000000000000"));
        using var own = await pool.RedeemAsync(code);

        Assert.Equal(("invalid_grant", HttpStatusCode.OK), (await LocalPool.ErrorAsync(stolen), own.StatusCode));
    }
}
