using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>Who a user is: issuer and subject, whatever else a token says about them.</summary>
[Row("IDT-22")]
public sealed class UserIdentityTests(SharedRedis redis)
{
    [Theory]
    [InlineData("alice@example.com", true), InlineData("Alice@Example.COM", true), InlineData("a@evil@corp.com", true)]
    [InlineData("alice@example.com", false)]
    public async Task Another_subject_with_the_same_email_is_another_user(string email, bool verified)
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        using var other = signIn.System.Browser();
        signIn.Spoil = token =>
            token.With("sub", "another-subject").With("email", email).With("email_verified", verified)
            .With("cognito:username", The.Subject);

        var me = await signIn.AssertAcceptedAsync(email, other);

        Assert.Equal(("another-subject", email, verified),
            ((string?)me["sub"], (string?)me["claims"]!["email"], (bool?)me["claims"]!["email_verified"]));
        Assert.Equal(The.Subject, (string?)(await (await signIn.Browser.MeAsync(signIn.System)).JsonAsync())["sub"]);
        await other.LogoutAsync(signIn.System);
        Assert.Equal(HttpStatusCode.OK, (await signIn.Browser.MeAsync(signIn.System)).StatusCode);
    }

    [Fact]
    public async Task Subjects_differ_by_case_and_by_the_blanks_around_them()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        foreach (var subject in new[] { The.Subject.ToUpperInvariant(), The.Subject + " ", "\u212A", "{\"sub\":1}", "../" + The.Subject })
        {
            signIn.Spoil = token => token.With("sub", subject);
            Assert.Equal(subject, (string?)(await signIn.AssertAcceptedAsync(subject))["sub"]);
        }
    }

    [Fact]
    public async Task A_session_of_another_issuer_is_no_session_here()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        await using var elsewhere = await TestProvider.StartAsync(signIn.System.Time);
        signIn.System.Time.Advance(TimeSpan.FromMinutes(5));
        foreach (var (key, value) in elsewhere.Settings) signIn.System.Settings[key] = value;
        await signIn.System.RestartAsync();

        await (await signIn.Browser.RefreshAsync(signIn.System)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");

        Assert.Equal(0, elsewhere.Count(TestProvider.Token));
    }

    [Fact]
    public async Task Nothing_that_the_token_says_of_itself_overrides_what_the_BFF_says_of_the_session()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        signIn.Spoil = token => token.WithRaw("session", """{"id":"planted","expiresAt":"9999-01-01T00:00:00Z"}""").WithRaw("accessToken", """{"renewable":false}""").WithRaw("claims", """{"sub":"planted"}""").WithRaw("__proto__", """{"admin":true}""");

        var me = await signIn.AssertAcceptedAsync("claims of the answer's own names");

        Assert.NotEqual("planted", (string?)me["session"]!["id"]);
        Assert.True((bool)me["accessToken"]!["renewable"]!);
        Assert.Equal(The.Subject, (string?)me["sub"]);
        Assert.Equal("planted", (string?)me["claims"]!["session"]!["id"]);
    }

    [Fact, Row("TOK-15")]
    public async Task The_userinfo_endpoint_is_never_asked()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        signIn.Provider.Metadata["userinfo_endpoint"] = signIn.Provider.Origin + "/userinfo";
        signIn.Provider.Answer("/userinfo", 200, """{"sub":"another-user","email":"planted@example.com"}""");
        signIn.Provider.Rotate(TestKey.Third);

        var me = await signIn.AssertAcceptedAsync("a document with a userinfo endpoint");

        Assert.Equal(The.Alice, (string?)me["claims"]!["email"]);
        Assert.Equal(0, signIn.Provider.Count("/userinfo"));
    }
}
