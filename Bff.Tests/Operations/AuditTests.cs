using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bff.Sessions;
using Bff.Tests.Hosting;
using Bff.Tests.Resilience;

namespace Bff.Tests.Operations;

/// <summary>The log of a process, in JSON, is enough to find out afterwards what happened to each session.</summary>
public sealed partial class AuditTests(SharedRedis redis)
{
    [Fact, Row("LOG-05")]
    public async Task The_log_alone_shows_what_happened_to_every_session_of_a_mixed_run()
    {
        await using var fleet = await Fleet.StartAsync(await redis.GetConfigurationAsync(), instances: 1,
            settings: [("Session:MinimumRefreshInterval", "00:00:00")], environment: [("Logging__Console__FormatterName", "json")]);
        var expected = new Dictionary<string, string[]>();
        var secrets = new List<string> { Fleet.ManagementKey };
        async Task<FleetBrowser> SignInAsync(params string[] rest)
        {
            var browser = await fleet.SignInAsync();
            expected[LogName(browser)] = ["signed_in", .. rest];
            secrets.Add(browser.Session!);
            return browser;
        }

        using var signedOut = await SignInAsync("session_refreshed", "session_ended signed_out");
        await OkAsync(signedOut.RefreshAsync());
        await OkAsync(signedOut.LogoutAsync());
        using var refused = await SignInAsync("session_ended not_renewed", "refresh_refused invalid_grant");
        fleet.Pool.Faults.On("/oauth2/token", new() { Status = 400, Body = """{"error":"invalid_grant"}""" });
        Assert.Equal(HttpStatusCode.Unauthorized, (await refused.RefreshAsync()).StatusCode);
        fleet.Pool.Faults.Clear();
        using var revoked = await SignInAsync("session_ended revoked");
        using var elsewhere = await SignInAsync("session_ended ended_elsewhere");
        await revoked.CallAsync(HttpMethod.Delete, "/sessions/" + SessionId.Parse(elsewhere.Session!)!.Name);
        using var twice = await SignInAsync("session_ended signed_in_anew");
        await twice.SignInAsync();
        expected[LogName(twice)] = ["signed_in", "session_ended revoked"];
        var me = JsonNode.Parse(await (await revoked.MeAsync()).Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        await fleet.RevokeAsync(0, (string)me["sub"]!);
        await CauseRefusalsAsync(fleet);

        // The last event that was caused: a process writes its log a moment later.
        await Poll.UntilAsync(() => Task.FromResult(
            fleet[0].Log.Any(line => line.Contains("revocation_refused", StringComparison.Ordinal))));

        var lines = fleet[0].Log.Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!).ToList();
        var events = lines.Select(line => new Event(line)).Where(line => line.Name.Length > 0).ToList();
        foreach (var (session, story) in expected)
            Assert.Equal(story, events.Where(line => line.Session == session).Select(line => line.What));
        Assert.All(events.Where(line => line.Name is "signed_in" or "session_refreshed" or "refresh_refused" or "user_revoked"),
            line => Assert.Equal((string?)me["sub"], line.Sub));
        foreach (var other in (string[])["callback_refused no_login_cookie", "request_refused foreign origin", "revocation_refused",
            "sign_in_failed", "token_refused", "user_revoked", "started"])
            Assert.Contains(other, events.Select(line => line.What));
        Assert.All(events.Where(line => line.Name is not "started"), line => Assert.Contains(line.Client, (string[])["127.0.0.1", "::1"]));
        Assert.All(lines, line => Assert.NotNull(line["Timestamp"]));
        foreach (var secret in secrets) Assert.DoesNotContain(secret, string.Join('\n', fleet[0].Log), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_lists_exactly_the_events_that_the_program_logs()
    {
        var sources = Directory.EnumerateFiles(Repository.PathTo("Bff"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));
        var logged = sources.SelectMany(file => LoggedEvent().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value));

        var page = File.ReadAllText(Repository.PathTo("docs/audit.md"));
        var listed = ListedEvent().Matches(page).Select(match => match.Groups[1].Value);

        Assert.Equal(logged.Distinct().Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    private static async Task CauseRefusalsAsync(Fleet fleet)
    {
        using var browser = fleet.Browser();
        await browser.Window.NavigateAsync(new Uri(fleet.Url, "/callback?code=x&state=unknown"), typed: true);
        var callback = await browser.SignInUpToCallbackAsync();
        var state = System.Web.HttpUtility.ParseQueryString(callback.Query)["state"];
        await browser.Window.NavigateAsync(new Uri(fleet.Url, $"/callback?error=access_denied&state={state}"), typed: true);
        await RawHttp.SendAsync(fleet.Url, "GET /me HTTP/1.1", ["Origin: https://evil.example"]);
        await RawHttp.SendAsync(fleet[0].Management, "POST /revocations HTTP/1.1", ["Authorization: Bearer wrong", "Content-Length: 0"]);
    }

    private static async Task OkAsync(Task<HttpResponseMessage> answer) => Assert.Equal(HttpStatusCode.OK, (await answer).StatusCode);

    private static string LogName(FleetBrowser browser) => SessionId.Parse(browser.Session!)!.LogName;

    [GeneratedRegex(@"\[LoggerMessage\([^""]*""([a-z_]+): ")]
    private static partial Regex LoggedEvent();

    [GeneratedRegex(@"^\| `([a-z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex ListedEvent();

    /// <summary>One line of the log, as a collector reads it.</summary>
    private sealed partial class Event(JsonNode line)
    {
        public string Name { get; } = Prefix().Match((string)line["Message"]!) is { Success: true } match ? match.Groups[1].Value : "";

        public string? Session { get; } = (string?)line["State"]?[nameof(Session)];

        public string? Sub { get; } = (string?)line["State"]?[nameof(Sub)];

        public string? Client { get; } = line["Scopes"]?.AsArray().Select(scope => (string?)(scope as JsonObject)?[nameof(Client)])
            .SingleOrDefault(client => client is not null);

        public string What { get; } = $"{Prefix().Match((string)line["Message"]!).Groups[1].Value} {line["State"]?["Reason"]}".Trim();

        [GeneratedRegex("^([a-z_]+): ")]
        private static partial Regex Prefix();
    }
}
