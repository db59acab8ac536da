using System.Net;
using System.Net.Http.Json;
using Bff.Tests.Hosting;

namespace Bff.Tests.Logout;

/// <summary>The key of <c>POST /revocations</c> changes in its file, and the BFF runs on.</summary>
public sealed class ManagementKeyChangeTests(SharedRedis redis)
{
    private const string Setting = "Bff:ManagementKey", Previous = "Bff:PreviousManagementKey", Former = "the-former-management-key",
        New = "the-new-management-key";

    [Fact]
    public async Task During_a_change_both_keys_end_sessions_and_after_it_the_new_one_alone()
    {
        using var files = new SecretFiles((Setting, Former));
        await using var system = await BffSystem.StartAsync(redis,
            [("Session:MinimumRefreshInterval", "00:00:00")], bff: files.AddTo);
        await using var browser = await BrowserAtWork.StartAsync(system);
        await AssertEndsAsync(system, Former);
        Assert.Equal(HttpStatusCode.Unauthorized, await RevokeAsync(system, New, "someone"));

        files.Write(Previous, Former);
        files.Write(Setting, New);
        await AssertEndsAsync(system, Former);
        Assert.Single(system.Logs.Events, line => line.Event.Name == "PreviousKey");
        await AssertEndsAsync(system, New);
        Assert.Single(system.Logs.Events, line => line.Event.Name == "PreviousKey");

        files.Delete(Previous);
        await AssertEndsAsync(system, New);
        Assert.Equal(HttpStatusCode.Unauthorized, await RevokeAsync(system, Former, "someone"));
        await browser.NoticedNothingAsync("the management key");
        Assert.DoesNotContain("management-key", system.Logs.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""), InlineData("short")]
    public async Task A_file_that_is_empty_or_too_short_is_one_log_line_and_the_former_key_is_accepted(string text)
    {
        using var files = new SecretFiles((Setting, Former));
        await using var system = await BffSystem.StartAsync(redis, bff: files.AddTo);

        files.Write(Setting, text);
        await AssertEndsAsync(system, Former);
        await AssertEndsAsync(system, Former);
        Assert.Equal(HttpStatusCode.Unauthorized, await RevokeAsync(system, text, "someone"));

        Assert.Single(system.Logs.Events, line => line.Event.Name == "NotUsed");
        files.Write(Setting, New);
        await AssertEndsAsync(system, New);
    }

    [Fact]
    public async Task A_previous_key_that_is_set_at_start_is_accepted()
    {
        await using var system = await BffSystem.StartAsync(redis, [(Setting, New), (Previous, Former)]);

        await AssertEndsAsync(system, Former);
        await AssertEndsAsync(system, New);
    }

    /// <summary>Bob signs in, and the operator ends his session.</summary>
    private static async Task AssertEndsAsync(BffSystem system, string key)
    {
        using var other = system.Browser();
        await other.SignInAsync(system, The.Bob);
        var subject = (string)(await (await other.MeAsync(system)).JsonAsync())["sub"]!;

        Assert.Equal(HttpStatusCode.Accepted, await RevokeAsync(system, key, subject));

        await (await other.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
    }

    private static async Task<HttpStatusCode> RevokeAsync(BffSystem system, string key, string subject)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(system.Management, "/revocations"));
        request.Content = JsonContent.Create(new { sub = subject });
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
