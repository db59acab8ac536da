using System.Net;
using Bff.Local.Api;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Tests.Local;

/// <summary>Whom the local API lets in.</summary>
public sealed class ApiTokenTests : LocalApi
{
    [Fact]
    public async Task A_request_without_a_token_is_challenged_and_told_no_more()
    {
        var response = await GetAsync("/api/hello");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public async Task What_is_no_token_is_invalid(string token)
    {
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + token);

        var response = await GetAsync("/api/hello");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.StartsWith("Bearer", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "iss", "http://127.0.0.1:1/other", "of another issuer" },
        { "client_id", "other-client", "for another client" },
        { "token_use", "id", "not an access token" },
        { "exp", "past", "expired" },
        { "nbf", "future", "expired" }
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_token_with_a_wrong_claim_is_invalid(string claim, string value, string reason)
    {
        var now = clock.GetUtcNow();
        Authorize(issuer.AccessToken(now, claims => claims[claim] = value switch
        {
            "past" => now.AddMinutes(-2).ToUnixTimeSeconds(),
            "future" => now.AddMinutes(2).ToUnixTimeSeconds(),
            _ => value
        }));

        await AssertInvalidAsync(reason);
    }

    [Theory]
    [InlineData("client_id", "for another client")]
    [InlineData("token_use", "not an access token")]
    [InlineData("exp", "expired")]
    public async Task A_token_without_a_needed_claim_is_invalid(string claim, string reason)
    {
        Authorize(issuer.AccessToken(clock.GetUtcNow(), claims => claims.Remove(claim)));

        await AssertInvalidAsync(reason);
    }

    [Fact]
    public async Task A_token_that_was_good_is_refused_once_it_has_expired()
    {
        Authorize(issuer.AccessToken(clock.GetUtcNow()));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/api/hello")).StatusCode);

        clock.Advance(TimeSpan.FromMinutes(62));

        await AssertInvalidAsync("expired");
    }

    [Fact]
    public async Task A_token_of_another_algorithm_is_invalid()
    {
        Authorize(issuer.AccessToken(clock.GetUtcNow(), algorithm: SecurityAlgorithms.RsaSha384));

        await AssertInvalidAsync("signature not valid");
    }

    [Fact]
    public async Task A_token_with_a_changed_signature_is_invalid()
    {
        var token = issuer.AccessToken(clock.GetUtcNow());
        Authorize(token[..^10] + (token[^10] == 'A' ? 'B' : 'A') + token[^9..]);

        await AssertInvalidAsync("signature not valid");
    }

    [Fact]
    public async Task A_token_without_the_scope_is_genuine_but_not_enough()
    {
        Authorize(issuer.AccessToken(clock.GetUtcNow(), claims => claims["scope"] = "email openid2"));

        var response = await GetAsync("/api/hello");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("Bearer error=\"insufficient_scope\", scope=\"openid\"", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task A_rotated_key_is_fetched_when_a_token_first_names_it()
    {
        Authorize(issuer.AccessToken(clock.GetUtcNow()));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/api/hello")).StatusCode);
        issuer.RotateKey();
        clock.Advance(IssuerKeys.CoolDown);
        Authorize(issuer.AccessToken(clock.GetUtcNow()));

        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/api/hello")).StatusCode);
    }

    [Fact]
    public async Task Without_the_issuers_keys_nothing_is_said_about_the_token()
    {
        issuer.Down = true;
        Authorize(issuer.AccessToken(clock.GetUtcNow()));

        var response = await GetAsync("/api/hello");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    private async Task AssertInvalidAsync(string reason)
    {
        var response = await GetAsync("/api/hello");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal($"Bearer error=\"invalid_token\", error_description=\"{reason}\"", response.Headers.WwwAuthenticate.ToString());
    }
}
