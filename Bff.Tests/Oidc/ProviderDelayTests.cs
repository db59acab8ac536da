using System.Diagnostics;
using System.Net;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace Bff.Tests.Oidc;

/// <summary>A provider that is slow, silent, gone or endless costs a sign-in one deadline, and other users nothing.</summary>
public sealed class ProviderDelayTests(SharedRedis redis)
{
    private static readonly (string Key, string Value) Deadline = ("Oidc:BackchannelTimeout", "00:00:02");

    /// <summary>
    /// The deadline, the three seconds for revoking, and room for a busy machine: less than the deadlines of two calls and a
    /// revocation.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly RequestDelegate Silent = context => Task.Delay(Timeout.Infinite, context.RequestAborted);

    private static readonly RequestDelegate Dribbling = async context =>
    {
        context.Response.ContentType = "application/json";
        while (true)
        {
            await context.Response.WriteAsync(" ", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(TimeSpan.FromSeconds(1), context.RequestAborted);
        }
    };

    private static readonly Dictionary<string, RequestDelegate> Troubles = new()
    {
        ["headers never"] = Silent,
        ["one byte per second"] = Dribbling,
        ["a reset"] = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        },
        ["a reset within the body"] = async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("{\"access_token\":\"" + TamperedSignIn.Canary, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        },
    };

    [Fact, Row("TOK-09")]
    public async Task The_sign_in_ends_in_time_and_the_code_is_sent_once()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis, Deadline);
        foreach (var (row, trouble) in Troubles)
        {
            signIn.Provider.Answer(TestProvider.Token, trouble);
            var started = Stopwatch.GetTimestamp();
            await signIn.AssertRefusedAsync(row, "provider_unavailable");
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, row);
        }
        signIn.Provider.Answer(TestProvider.Token, null);
        await signIn.AssertAcceptedAsync("afterwards");
    }

    [Theory, Row("TOK-09")]
    [InlineData("http://no-such-host.invalid/token"), InlineData("http://127.0.0.1:1/token")]
    public async Task A_missing_token_endpoint_signs_no_one_in(string endpoint)
    {
        await using var provider = await TestProvider.StartAsync();
        provider.Metadata["token_endpoint"] = endpoint;
        await using var system = await BffSystem.StartAsync(redis, [.. provider.Settings, Deadline]);
        using var browser = system.Browser();

        await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);
        await browser.FollowAsync();
        var page = await browser.FollowAsync();

        Assert.Equal(new Uri(system.Spa, "/?login_error=provider_unavailable"), page.Location);
        Assert.Null(browser.Cookie(The.SessionCookie));
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
    }

    [Fact, Row("TOK-09")]
    public async Task Code_and_keys_share_one_deadline()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis, Deadline);
        // Each call alone would be in time.
        signIn.Provider.Delay = path =>
            path == TestProvider.Authorize || path == TestProvider.Revoke ? Task.CompletedTask : Task.Delay(TimeSpan.FromSeconds(1.2));
        signIn.Provider.Rotate(TestKey.Third);

        await signIn.AssertRefusedAsync("a slow provider", "provider_unavailable");

        Assert.Contains("took longer than Oidc:BackchannelTimeout in all", signIn.System.Logs.All, StringComparison.Ordinal);
    }

    [Fact, Row("TOK-09", "OUT-03")]
    public async Task A_revocation_that_hangs_is_waited_for_once_however_many_sessions_end()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis, ("Oidc:BackchannelTimeout", "00:00:30"));
        signIn.Provider.Answer(TestProvider.Revoke, Silent);

        var started = Stopwatch.GetTimestamp();
        await signIn.AssertAcceptedAsync("a sign-in that ends another", signIn.Browser);

        Assert.True(Stopwatch.GetElapsedTime(started) < Patience);
        Assert.Equal(1, signIn.Provider.Count(TestProvider.Revoke));
    }

    [Fact, Row("TOK-09")]
    public async Task Two_hundred_hanging_sign_ins_do_not_slow_other_requests()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis, ("Oidc:BackchannelTimeout", "00:00:30"));
        var (system, release) = (signIn.System, new TaskCompletionSource());
        signIn.Provider.Answer(TestProvider.Token, async context =>
        {
            await release.Task.WaitAsync(context.RequestAborted);
            context.Abort();
        });
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

        var hanging = Enumerable.Range(0, 200).Select(_ => signIn.SignInAsync(client)).ToList();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(25));
        while (signIn.Provider.Count(TestProvider.Token) < 201) await Task.Delay(20, patience.Token);

        for (var call = 0; call < 20; call++)
        {
            Assert.Equal(HttpStatusCode.OK, (await signIn.Browser.MeAsync(system)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(system.Management, "/health/live"), patience.Token)).StatusCode);
        }
        Assert.DoesNotContain(hanging, callback => callback.IsCompleted);
        release.SetResult();
        Assert.All(await Task.WhenAll(hanging), location =>
            Assert.Equal(new Uri(system.Spa, "/?login_error=provider_unavailable"), location));
        Assert.Equal(201, signIn.Provider.Count(TestProvider.Token));
    }
}
