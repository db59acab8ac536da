using System.Net;
using System.Text.RegularExpressions;
using Bff.Local.UserPool;
using Bff.Tests.Hosting;
using Bff.Tests.Resilience;

namespace Bff.Tests.Operations;

/// <summary><c>GET /metrics</c> of a BFF that is a process of its own.</summary>
public sealed partial class MetricsEndpointTests(SharedRedis redis)
{
    [Fact]
    public async Task It_has_the_metrics_of_the_BFF_the_server_and_the_runtime()
    {
        await using var fleet = await Fleet.StartAsync(await redis.GetConfigurationAsync(), instances: 1);
        using var browser = await fleet.SignInAsync();
        await browser.MeAsync();

        var text = await ScrapeAsync(fleet);

        foreach (var line in (string[])["bff_sign_ins_started_total", "bff_sign_ins_completed_total", "bff_sessions_begun_total",
            "bff_provider_request_duration_seconds_bucket", "bff_redis_command_duration_seconds_count", "bff_provider_paused",
            "http_server_request_duration_seconds_count", "kestrel_active_connections", "dotnet_process_memory_working_set_bytes"])
            Assert.Matches($@"(?m)^{line}\{{", text);
    }

    [Fact]
    public async Task It_is_answered_to_a_GET_of_the_management_port_alone()
    {
        await using var system = await BffSystem.StartAsync(redis);

        var answer = await RawAnswer.ToAsync(system.Management, "GET /metrics HTTP/1.1", []);
        var posted = await RawAnswer.ToAsync(system.Management, "POST /metrics HTTP/1.1", ["Content-Length: 0"]);
        var elsewhere = await RawAnswer.ToAsync(system.Url, "GET /metrics HTTP/1.1", ["Host: " + system.Management.Authority]);

        Assert.Equal((200, 405, 404), (answer.Status, posted.Status, elsewhere.Status));
        Assert.StartsWith("text/plain", Assert.Single(answer["Content-Type"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_number_of_series_does_not_grow_with_users_sessions_and_paths()
    {
        await using var fleet = await Fleet.StartAsync(await redis.GetConfigurationAsync(), instances: 1, pool: AddUsers);
        await UseAsync(fleet, The.Alice, "first");
        var (before, text) = await SeriesAsync(fleet);

        for (var i = 0; i < 5; i++)
        {
            await UseAsync(fleet, User(i), $"other-{i}");
            await UseAsync(fleet, The.Bob, $"again-{i}");
        }

        var (after, _) = await SeriesAsync(fleet);
        Assert.Equal(before, after);
        Assert.True(before.Count > 50);
        Assert.DoesNotMatch("first|alice|127\\.0\\.0\\.1:|Mozilla", text);
    }

    /// <summary>The same events for any user, session, address or path.</summary>
    private static async Task UseAsync(Fleet fleet, string user, string name)
    {
        using var browser = await fleet.SignInAsync(user: user);
        using var form = new StringContent(name);
        foreach (var (method, path) in new[] { (HttpMethod.Get, "/me?x="), (HttpMethod.Get, "/api/hello?x="), (HttpMethod.Get, "/api/no/"),
            (HttpMethod.Get, "/no/"), (HttpMethod.Delete, "/sessions/"), (HttpMethod.Post, "/refresh?x="),
            (HttpMethod.Post, "/logout?x=") })
            using (await browser.CallAsync(method, path + name)) { }
        await RawHttp.SendAsync(fleet.Url, $"{name.ToUpperInvariant()} /me HTTP/1.1", [$"Host: {name}.example.com", "X-CSRF: 1"]);
        await RawHttp.SendAsync(fleet.Url, "GET /me HTTP/1.1", [$"Host: {name}.example.com", $"Origin: https://{name}.example.com"]);
    }

    private static void AddUsers(UserPoolOptions options)
    {
        for (var i = 0; i < 5; i++) options.Users.Add(new UserSettings
        {
            Username = User(i),
            Password = The.Password,
            UserAttributes = new() { ["email_verified"] = "true" },
        });
    }

    private static string User(int number) => $"user-{number}@example.com";

    /// <summary>The names and labels of all series of the BFF and of requests; those of the runtime come as it works.</summary>
    private static async Task<(IReadOnlyCollection<string> Series, string Text)> SeriesAsync(Fleet fleet)
    {
        var text = await ScrapeAsync(fleet);
        var lines = text.Split('\n').Where(line => Own().IsMatch(line) && !line.Contains("/metrics", StringComparison.Ordinal));
        return ([.. lines.Select(line => line[..(line.LastIndexOf('}') + 1)]).Order()], string.Join('\n', lines));
    }

    private static async Task<string> ScrapeAsync(Fleet fleet)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        // Longer than an answer is kept.
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        using var answer = await client.GetAsync(new Uri(fleet[0].Management, "/metrics"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    [GeneratedRegex(@"^(bff|http_server)_\w+\{")]
    private static partial Regex Own();
}
