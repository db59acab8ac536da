using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Refresh;

/// <summary>A provider that changes <c>auth_time</c> at a refresh breaks OpenID Connect Core 12.2; its users stay signed in.</summary>
[Row("RFR-07")]
public sealed class MovedAuthTimeTests(SharedRedis redis)
{
    [Theory]
    [InlineData(10), InlineData(-10), InlineData(86_400), InlineData(-500_000_000)]
    public async Task A_moved_auth_time_keeps_the_session_and_is_logged(long seconds)
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        var signedInAt = signIn.System.Time.GetUtcNow().ToUnixTimeSeconds();

        for (var refresh = 1; refresh <= 3; refresh++)
        {
            var moved = signedInAt + (refresh * seconds);
            signIn.Spoil = token => token.With("auth_time", moved).With("email", "alice@new.example");
            var me = await RefreshAsync(signIn);
            Assert.Equal(("alice@new.example", moved), ((string?)me["claims"]!["email"], (long)me["claims"]!["auth_time"]!));
        }

        Assert.Equal(3, Warnings(signIn).Count(warning => warning.Contains("OpenID Connect Core 12.2", StringComparison.Ordinal)));
        Assert.Equal(0, signIn.Provider.Count(TestProvider.Revoke));
    }

    [Theory]
    [InlineData(null, "1767323045"), InlineData("1767323045", null), InlineData("1.5", "2.5")]
    [InlineData("1767323045", "1767323045"), InlineData("1767323045", "1.767323045e9")]
    public async Task One_that_appears_disappears_or_stays_is_no_news(string? before, string? after)
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        signIn.Spoil = token => Set(token, before);
        await signIn.AssertAcceptedAsync("the first", signIn.Browser);
        signIn.Spoil = token => Set(token, after);

        await RefreshAsync(signIn);
        await RefreshAsync(signIn);

        Assert.True(Warnings(signIn).Count == (before is "1.5" ? 1 : 0), signIn.System.Logs.All);
    }

    private static void Set(TestToken token, string? authTime) =>
        _ = authTime is null ? token.Without("auth_time") : token.WithRaw("auth_time", authTime);

    private static async Task<System.Text.Json.Nodes.JsonNode> RefreshAsync(TamperedSignIn signIn)
    {
        signIn.System.Time.Advance(TimeSpan.FromSeconds(10));
        using var answer = await signIn.Browser.RefreshAsync(signIn.System);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, signIn.System.Logs.All);
        return await answer.JsonAsync();
    }

    private static List<string> Warnings(TamperedSignIn signIn) =>
        [.. signIn.System.Logs.Lines.Where(line => line.StartsWith("Warning ", StringComparison.Ordinal)
            && line.Contains("auth_time", StringComparison.Ordinal))];
}
