using System.Net;
using Bff.SignIn;
using Bff.Storage;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Destination = Bff.Tests.SignIn.CallbackFailureTests.OtherVersion.Destination;

namespace Bff.Tests.SignIn;

/// <summary>What lies in Redis is another version's or nobody's: an answer that can be understood, and again when it comes again.</summary>
public sealed class CallbackFailureTests(SharedRedis redis)
{
    /// <summary>Records that another version of this program might have left, under the names of this one.</summary>
    internal static class OtherVersion
    {
        internal sealed record PendingSignIn(string? Issuer, string? Nonce, string? CodeVerifier, byte[]? FormerSession, int? MaxAge, string? ReturnUrl, DateTimeOffset? ExpiresAt);

        internal sealed record Destination(string? ReturnUrl, string? Error, DateTimeOffset ExpiresAt, string? More);
    }

    internal static class VersionWithoutNonce
    {
        internal sealed record PendingSignIn(string Issuer, string CodeVerifier, byte[]? FormerSession, int? MaxAge);
    }

    private static readonly OtherVersion.PendingSignIn Former = new(null, "nonce", "verifier", null, null, "/orders", The.Beginning);

    [Fact, Row("SES-13", "RED-14", "CB-05")]
    public async Task A_pending_sign_in_of_another_version_has_expired_and_says_so_again()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        Func<SignInPlace, byte[]>[] others =
        [
            place => place.Seal(Former), place => place.Seal(Former with { Nonce = null, Issuer = target.Provider.Issuer, ReturnUrl = null, ExpiresAt = null }),
            place => place.Seal(new VersionWithoutNonce.PendingSignIn(target.Provider.Issuer, "verifier", null, null)),
        ];

        foreach (var close in others)
        {
            using var browser = target.System.Browser();
            var callback = await browser.SignInUpToCallbackAsync(target.System);
            var place = Place(target, browser, callback);
            await target.System.Redis.StringSetAsync($"{target.System.KeyPrefix}signin:{{{place.Name}}}", close(place), TimeSpan.FromMinutes(1));

            for (var i = 0; i < 2; i++) await AssertExpiredAsync(target, browser, callback);
        }
    }

    [Fact, Row("SES-13", "RED-14")]
    public async Task A_destination_of_another_version_or_none_is_no_sign_in_and_the_sign_in_is_not_consumed()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        var place = Place(target, browser, callback);
        var key = $"{target.System.KeyPrefix}signin-return:{{{place.Name}}}";
        var genuine = (byte[])(await target.System.Redis.StringGetAsync(key))!;
        var later = target.System.Time.GetUtcNow().AddMinutes(10);
        byte[] moved = (await target.System.Redis.StringGetAsync($"{target.System.KeyPrefix}signin:{{{place.Name}}}"))!;

        foreach (var box in new[] { place.Seal(new Destination("/evil", null, later, null)), place.Seal(new Destination(null, null, later, null)), moved, genuine[..^1], [.. genuine, 0], [2, .. genuine[1..]], [1], [], "text"u8.ToArray() })
        {
            await target.System.Redis.StringSetAsync(key, box, TimeSpan.FromMinutes(10));
            await AssertExpiredAsync(target, browser, callback);
            Assert.Equal(1, target.SignIns);
        }
        await target.System.Redis.StringSetAsync(key, genuine, TimeSpan.FromMinutes(10));
        Assert.Equal(target.System.Spa, (await browser.NavigateAsync(callback, typed: true)).Location);
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

        Assert.Equal(target.System.Spa.AbsoluteUri, (await browser.NavigateAsync(callback, typed: true)).Response.Headers.Location!.OriginalString);
        var error = await browser.NavigateAsync(new Uri(target.System.Url, "/callback?error=access_denied&state=" + SignInTarget.StateIn(denied)), typed: true);
        target.AssertFailed(error.Response, "denied", "access_denied", sessions: 1, redeemed: 1);
    }

    private static async Task AssertExpiredAsync(SignInTarget target, Browser browser, Uri callback)
    {
        using var answer = await target.SendAsync(callback.PathAndQuery, [SignInTarget.LoginCookieOf(browser)]);
        target.AssertRefused(answer, "not of this version");
        await answer.ProblemAsync(HttpStatusCode.BadRequest, "login_expired");
    }

    /// <summary>Where the server keeps a browser's sign-in: what nobody without the key ring and the cookie can know.</summary>
    private static SignInPlace Place(SignInTarget target, Browser browser, Uri callback)
    {
        var options = new RedisOptions { Configuration = target.System.RedisConfiguration, KeyPrefix = target.System.KeyPrefix };
        using var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddRedis(options).AddKeyRing(new KeyRingOptions(), options).BuildServiceProvider();
        var cookie = new LoginCookie(services.GetRequiredService<IDataProtectionProvider>(), new Bff.Sessions.SessionOptions());
        var request = new DefaultHttpContext().Request;
        request.Headers.Cookie = SignInTarget.LoginCookieOf(browser).Value;
        return new SignInPlace(SignInTarget.StateIn(callback), cookie.Read(request)!);
    }
}
