using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>A user with a browser who signs in, works, and signs out, over whichever instance the load balancer picks.</summary>
internal sealed class SoakPerson(Fleet fleet, int number, Trouble trouble, SoakReport report) : IDisposable
{
    private static readonly string[] Users = [The.Alice, The.Bob];

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);

    private FleetBrowser? browser;
    private string? session;

    private int Anywhere => RandomNumberGenerator.GetInt32(fleet.Instances.Count);

    public async Task WorkForAsync(TimeSpan length)
    {
        var from = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(from) < length)
        {
            await Task.Delay(RandomNumberGenerator.GetInt32(50, 250));
            await (session is null ? SignInAsync() : ActAsync());
        }
    }

    /// <summary>When all is well again, the session must work, or be known to be over.</summary>
    public async Task SettleAsync()
    {
        var from = Stopwatch.GetTimestamp();
        while (session is not null && await CallAsync(HttpMethod.Get, "/me") is not HttpStatusCode.OK)
        {
            Assert.True(Stopwatch.GetElapsedTime(from) < Settling, $"{session} does not come back.");
            await Task.Delay(500);
        }
    }

    public void Dispose() => browser?.Dispose();

    private async Task SignInAsync()
    {
        var from = TimeProvider.System.GetUtcNow();
        browser?.Dispose();
        browser = null;
        try
        {
            browser = await fleet.SignInAsync(Anywhere, Users[number % Users.Length]);
            using var me = await browser.MeAsync(Anywhere);
            Assert.True(me.IsSuccessStatusCode, $"GET /me {(int)me.StatusCode}");
            session = (string)(await me.JsonAsync())["session"]!["id"]!;
            report.Note("sign-in");
        }
        catch (Exception exception)
        {
            // The browser met an outage half-way; the user starts again.
            report.Note("sign-in that failed");
            // While it was completed, or as soon as it was.
            var wasEnded = (exception.Message.Contains("login_error=login_failed", StringComparison.Ordinal)
                || exception.Message == "GET /me 401")
                && report.HasEndOfOthers(within: TimeProvider.System.GetUtcNow() - from + TimeSpan.FromSeconds(1));
            if (!wasEnded && !trouble.Explains(from)) report.NoteUnexplained($"sign-in: {exception.Message}");
        }
    }

    private Task ActAsync() => RandomNumberGenerator.GetInt32(100) switch
    {
        < 45 => CallAsync(HttpMethod.Get, "/me"),
        < 85 => CallAsync(HttpMethod.Get, "/api/hello"),
        < 92 => CallAsync(HttpMethod.Post, "/refresh"),
        < 94 => CallAsync(HttpMethod.Get, "/sessions"),
        < 95 => CallAsync(HttpMethod.Delete, "/sessions"),
        _ => SignOutAsync(),
    };

    private async Task<HttpStatusCode?> CallAsync(HttpMethod method, string path)
    {
        var from = TimeProvider.System.GetUtcNow();
        var at = Anywhere;
        if (method == HttpMethod.Delete) report.NoteEndOfOthers();
        using var answer = await browser!.CallAsync(method, path, at);
        if (method == HttpMethod.Delete) report.NoteEndOfOthers();
        report.Note($"{method} {path} {(int)answer.StatusCode}");
        switch (answer.StatusCode)
        {
            case HttpStatusCode.OK or HttpStatusCode.NoContent:
                break;
            case HttpStatusCode.Unauthorized:
                report.NoteLost(session!);
                session = null;
                break;
            case HttpStatusCode.ServiceUnavailable when trouble.Explains(from):
                Assert.True(answer.Headers.RetryAfter is not null);
                break;
            default:
                report.NoteUnexplained($"{method} {path} at {at}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
                break;
        }
        return answer.StatusCode;
    }

    private async Task SignOutAsync()
    {
        var cookie = browser!.Window.Cookie(The.SessionCookie)!;
        if (await CallAsync(HttpMethod.Post, "/logout") is not HttpStatusCode.OK) return;

        session = null;
        browser.Window.Cookies.Put(cookie);
        using var after = await browser.MeAsync(Anywhere);
        if (after.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.ServiceUnavailable))
            report.NoteUnexplained($"after the sign-out: {(int)after.StatusCode}");
    }
}
