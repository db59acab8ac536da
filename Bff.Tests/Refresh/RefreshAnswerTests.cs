using System.Net;
using System.Text.Json.Nodes;
using Bff.Tests.Hosting;

namespace Bff.Tests.Refresh;

/// <summary>What a refresh makes of each thing a provider may say.</summary>
public sealed class RefreshAnswerTests(SharedRedis redis)
{
    private static readonly (string What, Action<JsonObject> Spoil, bool Replaced)[] Kept =
    [
        ("a new one", _ => { }, true),
        ("none", answer => answer.Remove("refresh_token"), false),
        ("null", answer => answer["refresh_token"] = null, false),
        ("empty", answer => answer["refresh_token"] = "", false),
    ];

    [Fact, Row("RFR-03")]
    public async Task The_refresh_token_is_replaced_by_a_new_one_and_by_nothing_else()
    {
        await using var provider = await TestProvider.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        provider.Time = system.Time;
        KeepAuthTime(provider);
        foreach (var (what, spoil, replaced) in Kept)
        {
            using var browser = system.Browser();
            provider.SpoilAnswer = null;
            await browser.SignInAsync(system);
            provider.SpoilAnswer = spoil;
            for (var i = 0; i < 2; i++)
            {
                system.Time.Advance(TimeSpan.FromMinutes(5));
                Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
            }

            var sent = provider.Requests.Where(request => request.Path == TestProvider.Token)
                .Select(request => request.Form["refresh_token"]).TakeLast(2).ToList();
            Assert.True(replaced == (sent[0] != sent[1]), what);
        }
    }

    [Fact, Row("RFR-05")]
    public async Task Of_an_answer_that_cannot_be_believed_nothing_is_taken()
    {
        await using var provider = await TestProvider.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        provider.Time = system.Time;
        KeepAuthTime(provider);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        (string Member, JsonNode? Value)[] spoilt =
            [("access_token", null), ("access_token", ""), ("access_token", 1), ("access_token", "a\r\nX: y"),
            ("refresh_token", "\u00e9"), ("expires_in", -1), ("expires_in", 1e99), ("token_type", "DPoP"),
        ("scope", new JsonArray("admin"))];

        foreach (var (member, value) in spoilt)
        {
            provider.SpoilAnswer = answer => answer[member] = value?.DeepClone();
            system.Time.Advance(TimeSpan.FromMinutes(2));
            using var answer = await browser.RefreshAsync(system);
            await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable, "provider_unavailable");
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.False(answer.Headers.Contains("Set-Cookie"), member);
        }

        provider.SpoilAnswer = null;
        system.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        var sent = provider.Requests.Where(request => request.Form["grant_type"] == "refresh_token")
            .Select(request => request.Form["refresh_token"]);
        Assert.Single(sent.Distinct());
    }

    [Fact, Row("RFR-08")]
    public async Task Without_a_session_or_a_refresh_token_the_provider_is_not_asked()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.SpoilAnswer = answer => answer.Remove("refresh_token");
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        provider.Time = system.Time;
        using var stranger = system.Browser();
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(5));
        var asked = provider.Requests.Count;

        await (await stranger.RefreshAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
        await (await browser.RefreshAsync(system)).ProblemAsync(HttpStatusCode.Conflict, "no_refresh_token");

        Assert.Equal(asked, provider.Requests.Count);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    [Fact, Row("ME-06")]
    public async Task What_changed_about_the_person_shows_after_a_refresh_and_what_is_gone_is_gone()
    {
        await using var provider = await TestProvider.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        provider.Time = system.Time;
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        provider.SpoilToken = token =>
            token.Without("cognito:groups").With("email", "alice@new.example")
            .With("auth_time", (system.Time.GetUtcNow() - TimeSpan.FromMinutes(5)).ToUnixTimeSeconds());
        system.Time.Advance(TimeSpan.FromMinutes(5));

        await browser.RefreshAsync(system);

        var claims = (await (await browser.MeAsync(system)).JsonAsync())["claims"]!;
        Assert.Equal("alice@new.example", (string?)claims["email"]);
        Assert.Null(claims["cognito:groups"]);
    }

    /// <summary>A refreshed ID token tells when the person signed in, not when it was refreshed.</summary>
    private static void KeepAuthTime(TestProvider provider)
    {
        var signedIn = provider.Time.GetUtcNow().ToUnixTimeSeconds();
        provider.SpoilToken = token => token.With("auth_time", signedIn);
    }
}
