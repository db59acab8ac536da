using System.Net;
using System.Text.Json.Nodes;
using Bff.Tests.UserPool;

namespace Bff.Tests.Contract;

/// <summary>What the programs of <c>docs/your-api.md</c> accept and refuse.</summary>
public sealed class PageApiTests(PageApis apis) : IClassFixture<PageApis>
{
    [Theory]
    [InlineData("csharp")]
    [InlineData("js")]
    public async Task An_access_token_is_accepted_and_an_ID_token_is_refused(string language)
    {
        apis.Pool.Handle.Faults.Plan = new();
        var tokens = await apis.Pool.TokensAsync();

        Assert.Equal(HttpStatusCode.OK, await apis.AskAsync(language, tokens["access_token"]!.GetValue<string>()));
        Assert.Equal(HttpStatusCode.Unauthorized, await apis.AskAsync(language, tokens["id_token"]!.GetValue<string>()));
        Assert.Equal(HttpStatusCode.Unauthorized, await apis.AskAsync(language, "no.token.at-all"));
    }

    [Theory]
    [InlineData("csharp", "client_id", "another", 401)]
    [InlineData("csharp", "client_id", null, 401)]
    [InlineData("csharp", "iss", "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Another", 401)]
    [InlineData("csharp", "token_use", null, 401)]
    [InlineData("csharp", "exp", null, 401)]
    [InlineData("csharp", "scope", "profile", 403)]
    [InlineData("js", "client_id", "another", 401)]
    [InlineData("js", "client_id", null, 401)]
    [InlineData("js", "iss", "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Another", 401)]
    [InlineData("js", "token_use", null, 401)]
    [InlineData("js", "exp", null, 401)]
    [InlineData("js", "scope", "profile", 403)]
    public async Task An_access_token_with_another_claim_is_refused(string language, string claim, string? value, int status)
    {
        apis.Pool.Handle.Faults.Plan = new() { AccessToken = { [claim] = value is null ? null : JsonValue.Create(value) } };

        Assert.Equal(status, (int)await apis.AskAsync(language, await AccessTokenAsync()));
    }

    [Theory]
    [InlineData("csharp")]
    [InlineData("js")]
    public async Task An_expired_token_and_one_of_an_unknown_key_are_refused(string language)
    {
        apis.Pool.Handle.Faults.Plan = new() { ClockOffset = TimeSpan.FromHours(-2) };
        Assert.Equal(HttpStatusCode.Unauthorized, await apis.AskAsync(language, await AccessTokenAsync()));

        apis.Pool.Handle.Faults.Plan = new() { UnpublishedKey = true };
        Assert.Equal(HttpStatusCode.Unauthorized, await apis.AskAsync(language, await AccessTokenAsync()));
    }

    private async Task<string> AccessTokenAsync() => (await apis.Pool.TokensAsync())["access_token"]!.GetValue<string>();
}
