using System.Net;
using System.Security.Cryptography;
using Bff.Tests.Hosting;
using Cookie = Bff.Tests.Hosting.Cookie;

namespace Bff.Tests.SignIn;

/// <summary>A session cookie that was in the browser before the sign-in is never the one after it.</summary>
[Row("SES-04", "SES-11")]
public sealed class FixationTests(SharedRedis redis)
{
    [Fact]
    public async Task What_was_planted_is_replaced_at_the_sign_in_and_is_no_session_afterwards()
    {
        await using var system = await BffSystem.StartAsync(redis);
        foreach (var (what, plantAsync) in Plants)
        {
            using var victim = system.Browser();
            var planted = await plantAsync(system, victim);
            victim.Cookies.Put(Planted(system, planted));

            await victim.SignInAsync(system);

            Assert.NotEqual(planted, victim.Cookie(The.SessionCookie)!.Value);
            Assert.Equal(The.Alice, (string?)(await (await victim.MeAsync(system)).JsonAsync())["claims"]!["email"]);
            Raw.AssertAnonymous(await Raw.CallAsync(system, Raw.Session(planted)), what);
        }
    }

    [Fact]
    public async Task Neither_cookie_opens_what_is_the_others()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var callback = await browser.SignInUpToCallbackAsync(system);
        var (session, login) = (browser.Cookie(The.SessionCookie)!.Value, browser.Cookie(The.LoginCookie)!.Value);

        Raw.AssertAnonymous(await Raw.CallAsync(system, Raw.Session(login)), "the login cookie as session");
        var answer = await Raw.CallAsync(system, $"{The.LoginCookie}={session}", $"GET {callback.PathAndQuery} HTTP/1.1");

        Assert.True(RawHttp.Status(answer) == 400, answer);
        Assert.Equal(1, system.Pool.Requests.Grants("authorization_code"));
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    private static readonly (string What, Func<BffSystem, Browser, Task<string>> PlantAsync)[] Plants =
    [
        ("random", (_, _) => Task.FromResult(RandomNumberGenerator.GetHexString(180))),
        ("empty", (_, _) => Task.FromResult("x")),
        ("the own former", async (system, victim) =>
        {
            await victim.SignInAsync(system);
            return victim.Cookie(The.SessionCookie)!.Value;
        }),
        ("another person's", async (system, _) =>
        {
            using var attacker = system.Browser();
            await attacker.SignInAsync(system, The.Bob);
            return attacker.Cookie(The.SessionCookie)!.Value;
        }),
        ("signed out", async (system, _) =>
        {
            using var attacker = system.Browser();
            await attacker.SignInAsync(system, The.Bob);
            var cookie = attacker.Cookie(The.SessionCookie)!.Value;
            await attacker.LogoutAsync(system);
            return cookie;
        }),
        ("expired", async (system, _) =>
        {
            using var attacker = system.Browser();
            await attacker.SignInAsync(system, The.Bob);
            system.Time.Advance(TimeSpan.FromHours(2));
            return attacker.Cookie(The.SessionCookie)!.Value;
        }),
        ("a login cookie", async (system, victim) =>
        {
            await victim.NavigateAsync(new Uri(system.Url, "/login"), typed: true);
            return victim.Cookie(The.LoginCookie)!.Value;
        }),
    ];

    private static Cookie Planted(BffSystem system, string value) => new()
    {
        Name = The.SessionCookie,
        Value = value,
        Host = system.Url.Host,
        HostOnly = true,
        Path = "/",
        Secure = true,
        HttpOnly = true,
        SameSite = "Lax",
    };
}
