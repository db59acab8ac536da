using System.Net;
using Bff.Tests.Hosting;
using Bff.Tests.Oidc;

namespace Bff.Tests.Refresh;

/// <summary>ID tokens that come with a refresh, at the running application (OpenID Connect Core 12.2).</summary>
[Row("RFR-07")]
public sealed class RefreshedIdTokenTests(SharedRedis redis)
{
    [Fact]
    public async Task A_refreshed_token_of_another_user_or_issuer_ends_the_session_and_is_revoked()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        foreach (var (row, (change, accepted)) in IdTokenContextTests.Successors)
        {
            using var browser = signIn.System.Browser();
            signIn.Spoil = null;
            await signIn.AssertAcceptedAsync(row, browser);
            var (cookie, before) = (browser.Cookie(The.SessionCookie)!, Sessions(signIn));
            signIn.System.Time.Advance(TimeSpan.FromSeconds(10));
            // The rows expect the nonce of the sign-in, which a refresh need not repeat.
            signIn.Spoil = token => change(token.With("email", TamperedSignIn.Canary));
            var revoked = signIn.Provider.Count(TestProvider.Revoke);

            using var answer = await browser.RefreshAsync(signIn.System);

            if (accepted)
            {
                Assert.True(answer.StatusCode == HttpStatusCode.OK, row);
                continue;
            }
            await answer.ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");
            Assert.Null(browser.Cookie(The.SessionCookie));
            Assert.Equal(before - 1, Sessions(signIn));
            Assert.Equal(revoked + 1, signIn.Provider.Count(TestProvider.Revoke));
            Assert.Equal(signIn.RefreshToken, signIn.Provider.Requests.Last(request => request.Path == TestProvider.Revoke).Form["token"]);
            browser.Cookies.Put(cookie);
            await (await browser.MeAsync(signIn.System)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
            Assert.DoesNotContain(TamperedSignIn.Canary, signIn.System.Logs.All, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("iat", 120), InlineData("nbf", 120), InlineData("exp", -120)]
    public async Task A_wrong_clock_signs_no_one_out_and_other_claims_are_judged(string claim, int seconds)
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        signIn.System.Time.Advance(TimeSpan.FromSeconds(10));
        var time = signIn.System.Time.GetUtcNow().ToUnixTimeSeconds() + seconds;
        signIn.Spoil = token => token.With("email", "alice@new.example").With(claim, time);

        var me = await (await signIn.Browser.RefreshAsync(signIn.System)).JsonAsync();

        Assert.Equal("alice@new.example", (string?)me["claims"]!["email"]);
        Assert.Equal(0, signIn.Provider.Count(TestProvider.Revoke));
        signIn.System.Time.Advance(TimeSpan.FromSeconds(10));
        signIn.Spoil = token => token.With("sub", "another").With(claim, time);
        await (await signIn.Browser.RefreshAsync(signIn.System)).ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");
    }

    [Fact, Row("IDT-01", "IDT-02", "IDT-03")]
    public async Task A_forged_refreshed_token_ends_the_session()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        foreach (var (row, forge) in IdTokenSignatureTests.Forgeries.Where(pair => pair.Key != "a blank in front"))
        {
            using var browser = signIn.System.Browser();
            signIn.Write = null;
            await signIn.AssertAcceptedAsync(row, browser);
            signIn.System.Time.Advance(TimeSpan.FromSeconds(31));
            signIn.Write = forge;

            using var answer = await browser.RefreshAsync(signIn.System);

            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{row}: {answer.StatusCode}");
        }
    }

    [Fact, Row("ME-06")]
    public async Task A_refresh_without_an_ID_token_keeps_the_claims_and_one_with_it_replaces_them()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        signIn.System.Time.Advance(TimeSpan.FromSeconds(10));
        signIn.SpoilAnswer = answer => answer.Remove("id_token");

        Assert.Equal(The.Alice, (string?)(await (await signIn.Browser.RefreshAsync(signIn.System)).JsonAsync())["claims"]!["email"]);
        signIn.System.Time.Advance(TimeSpan.FromSeconds(10));
        signIn.SpoilAnswer = null;
        signIn.Spoil = token => token.With("email", "alice@new.example");
        Assert.Equal("alice@new.example", (string?)(await (await signIn.Browser.RefreshAsync(signIn.System))
            .JsonAsync())["claims"]!["email"]);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_bad_token_after_another_instance_renewed_the_session_does_not_end_it(bool rotates)
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        var system = signIn.System;
        system.Time.Advance(TimeSpan.FromMinutes(5));
        var answers = 0;
        signIn.SpoilAnswer = answer =>
        {
            if (++answers > 1) return;
            answer["id_token"] = signIn.Provider.IdToken("another-access-token", nonce: null).Compact();
            if (!rotates) answer.Remove("refresh_token");
        };
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        signIn.Provider.Delay = path =>
        {
            if (path != TestProvider.Token) return Task.CompletedTask;
            asked.TrySetResult();
            return answer.Task;
        };

        var refresh = signIn.Browser.RefreshAsync(system);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        // What another instance's write of renewed tokens changes in the record.
        await system.Redis.HashSetAsync(Assert.Single(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal)),
            "version", "another");
        answer.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await refresh).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await signIn.Browser.MeAsync(system)).StatusCode);
        // Of one sign-in, all tokens die with one: the renewed session's too.
        Assert.Equal(0, signIn.Provider.Count(TestProvider.Revoke));
    }

    private static int Sessions(TamperedSignIn signIn) =>
        signIn.System.Keys().Count(key => key.Contains(":session:", StringComparison.Ordinal));
}
