using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace Bff.Tests.Oidc;

/// <summary>The client secret changes in its file and at the user pool, and the BFF runs on.</summary>
public sealed class ClientSecretChangeTests(SharedRedis redis)
{
    private const string Setting = "Oidc:ClientSecret", Former = "formerSecret000000000000", New = "newSecret000000000000000",
        Wrong = "wrongSecret0000000000000";

    [Theory]
    [InlineData("pool first"), InlineData("file first")]
    public async Task A_signed_in_browser_notices_nothing_while_the_secret_changes(string order)
    {
        using var files = new SecretFiles((Setting, Former));
        await using var system = await StartAsync(files);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        await AssertAllWorksAsync(system, browser, Former);
        await using var other = await BrowserAtWork.StartAsync(system);

        if (order == "pool first")
        {
            PoolAccepts(system, Former, New);
            files.Replace(Setting, New);
            await AssertAllWorksAsync(system, browser, New);
        }
        else
        {
            files.Replace(Setting, New);
            await AssertAllWorksAsync(system, browser, Former);
            PoolAccepts(system, Former, New);
        }
        PoolAccepts(system, New);
        await AssertAllWorksAsync(system, browser, New);

        await other.NoticedNothingAsync($"the client secret, {order}");
        Assert.Single(system.Logs.Events, line => line.Message.StartsWith("client_secret_accepted: ", StringComparison.Ordinal));
        Assert.Equal(order == "file first" ? 1 : 0, Refusals(system));
    }

    [Fact]
    public async Task A_wrong_secret_in_the_file_is_one_log_line_and_the_former_one_is_used()
    {
        using var files = new SecretFiles((Setting, Former));
        await using var system = await StartAsync(files);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        files.Replace(Setting, Wrong);
        await AssertAllWorksAsync(system, browser, Former);
        files.Replace(Setting, Wrong + "2");
        files.Write(Setting, "");
        await AssertAllWorksAsync(system, browser, Former);
        Assert.Equal(1, Refusals(system));

        PoolAccepts(system, New);
        files.Replace(Setting, New);
        await AssertAllWorksAsync(system, browser, New);
        Assert.DoesNotContain(system.Logs.Lines, line => line.Contains(Former, StringComparison.Ordinal)
            || line.Contains(New, StringComparison.Ordinal) || line.Contains(Wrong, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_wrong_secrets_in_a_row_do_not_replace_the_one_that_works()
    {
        using var files = new SecretFiles((Setting, Former));
        await using var system = await StartAsync(files);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        // The first one is seen, but no answer comes to it.
        files.Replace(Setting, Wrong);
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { DropRequest = true });
        await (await browser.RefreshAsync(system)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "provider_unavailable");
        system.Pool.Faults.Clear();
        files.Replace(Setting, Wrong + "2");

        await AssertAllWorksAsync(system, browser, Former);
    }

    [Fact]
    public async Task When_both_are_refused_each_was_tried_once_and_the_session_stays()
    {
        using var files = new SecretFiles((Setting, Former));
        await using var system = await StartAsync(files);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        PoolAccepts(system, "anotherSecret00000000000");
        files.Replace(Setting, New);
        system.Pool.Requests.Clear();

        await (await browser.RefreshAsync(system)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "provider_unavailable");

        Assert.Equal([New, Former], system.Pool.Requests.TokenRequests.Select(request => request.Form["client_secret"]));
        Assert.Single(system.Logs.Events, line => line.Level == LogLevel.Error
            && line.Message.Contains("Check Oidc:ClientId, Oidc:ClientSecret", StringComparison.Ordinal));
        PoolAccepts(system, New);
        await AssertAllWorksAsync(system, browser, New);
    }

    private async Task<BffSystem> StartAsync(SecretFiles files) => await BffSystem.StartAsync(redis,
        [("Session:MinimumRefreshInterval", "00:00:00")], pool => pool.Clients[0].ClientSecrets = [Former], bff: files.AddTo);

    private static void PoolAccepts(BffSystem system, params string[] secrets) =>
        system.Pool.Options.Clients[0].ClientSecrets = [.. secrets];

    /// <summary>A refresh of the browser; of another one sign-in and sign-out, whose revocation is accepted.</summary>
    private static async Task AssertAllWorksAsync(BffSystem system, Browser browser, string secret)
    {
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        using var other = system.Browser();
        await other.SignInAsync(system, The.Bob);
        Assert.Equal(HttpStatusCode.OK, (await other.LogoutAsync(system)).StatusCode);
        Assert.Equal(200, system.Pool.Requests.Last.Last(request => request.Path == "/oauth2/revoke").Status);
        Assert.Equal(secret, system.Pool.Requests.TokenRequests[^1].Form["client_secret"]);
    }

    private static int Refusals(BffSystem system) => system.Logs.Events.Count(line =>
        line.Message.StartsWith("client_secret_refused: ", StringComparison.Ordinal));
}
