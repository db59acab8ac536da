using System.Net;
using Bff.Sessions;
using Bff.Settings;
using Bff.SignIn;
using Bff.Storage;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bff.Tests.SignIn;

/// <summary>A record in Redis is of another version or cannot be read: a clear response, and the same one to a repeated callback.</summary>
public sealed class CallbackFailureTests(SharedRedis redis)
{
    // Records that another version of this program might have left.
    private sealed record OtherVersion(
        string? Issuer, string? Nonce, string? CodeVerifier, byte[]? FormerSession, int? MaxAge, string? ReturnUrl,
        DateTimeOffset? ExpiresAt);

    private sealed record VersionWithoutNonce(string Issuer, string CodeVerifier, byte[]? FormerSession, int? MaxAge);

    private sealed record OtherDestination(string? ReturnUrl, string? Error, DateTimeOffset ExpiresAt, string? More);

    private static readonly OtherVersion Former = new(null, "nonce", "verifier", null, null, "/orders", The.Beginning);

    [Fact, Row("SES-13", "RED-14", "CB-05")]
    public async Task A_pending_sign_in_of_another_version_has_expired_and_says_so_again()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        Func<SignInKey, byte[]>[] others =
        [
            key => SealSignIn(key, Former),
            key => SealSignIn(key, Former with { Nonce = null, Issuer = target.Provider.Issuer, ReturnUrl = null, ExpiresAt = null }),
            key => SealSignIn(key, new VersionWithoutNonce(target.Provider.Issuer, "verifier", null, null)),
        ];

        foreach (var seal in others)
        {
            using var browser = target.System.Browser();
            var callback = await browser.SignInUpToCallbackAsync(target.System);
            var key = Key(target, browser, callback);
            var name = $"{target.System.KeyPrefix}signin:{{{key.Name}}}";
            await target.System.Redis.StringSetAsync(name, seal(key), TimeSpan.FromMinutes(1));

            for (var i = 0; i < 2; i++) await AssertExpiredAsync(target, browser, callback);
        }
    }

    [Fact, Row("SES-13", "RED-14")]
    public async Task A_callback_that_comes_again_without_a_readable_destination_has_expired()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        var key = Key(target, browser, callback);
        var name = $"{target.System.KeyPrefix}signin-return:{{{key.Name}}}";
        var genuine = (byte[])(await target.System.Redis.StringGetAsync(name))!;
        var later = target.System.Time.GetUtcNow().AddMinutes(10);
        byte[] moved = (await target.System.Redis.StringGetAsync($"{target.System.KeyPrefix}signin:{{{key.Name}}}"))!;
        var loginCookie = SignInTarget.LoginCookieOf(browser);
        Assert.Equal(target.System.Spa, (await browser.NavigateAsync(callback, typed: true)).Location);

        byte[][] boxes =
        [
            SealDestination(key, new(null, null, later, null)), SealDestination(key, new(null, "access_denied", later, "more")),
            moved, genuine[..^1], [.. genuine, 0], [2, .. genuine[1..]], [1], [], "text"u8.ToArray(),
        ];
        foreach (var box in boxes)
        {
            await target.System.Redis.StringSetAsync(name, box, TimeSpan.FromMinutes(10));
            using var answer = await target.SendAsync(callback.PathAndQuery, [loginCookie]);
            await answer.ProblemAsync(HttpStatusCode.BadRequest, "login_expired");
        }
    }

    [Fact, Row("RED-14", "RED-15")]
    public async Task A_stored_return_URL_that_is_not_allowed_any_more_leads_home()
    {
        await using var target = await SignInTarget.StartAsync(redis, ("Bff:SpaOrigins:1", "https://former.example"));
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System, returnUrl: "https://former.example/orders");
        var denied = await browser.SignInUpToCallbackAsync(target.System, returnUrl: "https://former.example/orders");
        target.System.Settings.Remove("Bff:SpaOrigins:1");
        await target.System.RestartAsync();

        Assert.Equal(target.System.Spa.AbsoluteUri, (await browser.NavigateAsync(callback,
            typed: true)).Response.Headers.Location!.OriginalString);
        var error = await browser.NavigateAsync(new Uri(target.System.Url, "/callback?error=access_denied&state="
            + SignInTarget.StateIn(denied)), typed: true);
        target.AssertFailed(error.Response, "denied", "access_denied", sessions: 1, redeemed: 1);
    }

    private static async Task AssertExpiredAsync(SignInTarget target, Browser browser, Uri callback)
    {
        using var answer = await target.SendAsync(callback.PathAndQuery, [SignInTarget.LoginCookieOf(browser)]);
        target.AssertRefused(answer, "not of this version");
        await answer.ProblemAsync(HttpStatusCode.BadRequest, "login_expired");
    }

    private static byte[] SealSignIn<T>(SignInKey key, T value) =>
        SealedBox.Seal(key.EncryptionKey, $"sign-in {key.Name}", value);

    private static byte[] SealDestination(SignInKey key, OtherDestination value) =>
        SealedBox.Seal(key.EncryptionKey, $"destination {key.Name}", value);

    /// <summary>The key of a browser's sign-in, which needs the key ring and the cookie.</summary>
    private static SignInKey Key(SignInTarget target, Browser browser, Uri callback)
    {
        var options = new RedisOptions { Configuration = target.System.RedisConfiguration, KeyPrefix = target.System.KeyPrefix };
        var secrets = new Secrets(new ConfigurationManager(), new BffSettings(new(), new(), options, new(), new(), new()));
        using var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System)
            .AddRedis(options, secrets, out var database).AddKeyRing(new KeyRingOptions(), options, database).BuildServiceProvider();
        var cookie = new LoginCookie(services.GetRequiredService<IDataProtectionProvider>(), new Bff.Sessions.SessionOptions());
        var request = new DefaultHttpContext().Request;
        request.Headers.Cookie = SignInTarget.LoginCookieOf(browser).Value;
        return new SignInKey(SignInTarget.StateIn(callback), cookie.Read(request)!);
    }
}
