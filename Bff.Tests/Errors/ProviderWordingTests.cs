using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Errors;

/// <summary>
/// What people and programs read when the provider cannot be used: no name of one provider's product, and no promise that waiting
/// helps.
/// </summary>
public sealed class ProviderWordingTests(SharedRedis redis)
{
    [Theory]
    [InlineData("oidc"), InlineData("cognito")]
    public async Task The_page_of_a_wrong_setting_names_an_id_for_support(string provider)
    {
        await using var system = await BffSystem.StartAsync(redis, [("Oidc:Provider", provider)]);
        system.Settings["Oidc:Authority"] = system.Pool.IssuerUrl + "/";
        await system.RestartAsync();
        using var browser = system.Browser();

        var page = await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.Matches("If it lasts, contact support with this id: [0-9a-f]{32}", page.Says);
        AssertNeutral(page.Text);
    }

    [Fact]
    public async Task The_problem_of_a_provider_that_fails_says_what_to_do_if_it_lasts()
    {
        await using var provider = await TestProvider.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        provider.Time = system.Time;
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        provider.Answer(TestProvider.Token, 401, "");
        system.Time.Advance(TimeSpan.FromMinutes(5));

        var problem = await (await browser.RefreshAsync(system)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "provider_unavailable");

        Assert.Contains("If it lasts, contact support with the traceId", (string?)problem["detail"], StringComparison.Ordinal);
        AssertNeutral(problem.ToJsonString());
    }

    [Fact]
    public async Task The_problem_of_a_session_without_a_refresh_token_names_no_product()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.SpoilAnswer = answer => answer.Remove("refresh_token");
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        provider.Time = system.Time;
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(5));

        AssertNeutral((await (await browser.RefreshAsync(system)).ProblemAsync(
            HttpStatusCode.Conflict, "no_refresh_token")).ToJsonString());
    }

    [Fact]
    public void The_API_description_names_no_product() => AssertNeutral(File.ReadAllText(Repository.PathTo("openapi.yaml")));

    [Theory, InlineData("index.html"), InlineData("start.js")]
    public void The_page_of_Swagger_UI_names_no_product(string file) =>
        AssertNeutral(File.ReadAllText(Repository.PathTo("Bff/Operations/Swagger/" + file)));

    private static void AssertNeutral(string text)
    {
        Assert.DoesNotContain("user pool", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("temporarily", text, StringComparison.OrdinalIgnoreCase);
    }
}
