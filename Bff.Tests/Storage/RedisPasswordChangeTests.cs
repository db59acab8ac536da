using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Storage;

/// <summary>The password at Redis changes in its file and at Redis, and the BFF runs on.</summary>
public sealed class RedisPasswordChangeTests
{
    private const string Setting = "Redis:Configuration";

    [Fact]
    public async Task A_signed_in_browser_notices_nothing_while_the_password_of_an_ACL_user_changes()
    {
        await using var target = await StartAsync();
        var (redis, system) = (target.Redis, target.System);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        await using var other = await BrowserAtWork.StartAsync(system);

        await system.Redis.ExecuteAsync("ACL", "SETUSER", "bff", ">new");
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        target.Files.Replace(Setting, $"{redis.Address},user=bff,password=new");
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        await system.Redis.ExecuteAsync("ACL", "SETUSER", "bff", "<former");
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        // A connection that has authenticated stays. What follows opens new ones.
        await other.BetweenRequestsAsync(async () =>
        {
            await DisconnectAsync(system);
            await AssertRecoversAsync(system, browser);
        });

        await other.NoticedNothingAsync("the password of Redis");
        await browser.SignInAsync(system);
        Assert.DoesNotContain("WRONGPASS", system.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_name_of_the_user_may_change_with_the_password()
    {
        await using var target = await StartAsync();
        var (redis, system) = (target.Redis, target.System);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        await system.Redis.ExecuteAsync("ACL", "SETUSER", "other", "on", ">new", "~*", "&*", "+@all");
        target.Files.Write(Setting, $"{redis.Address},user=other,password=new");
        // Disconnects its connections too.
        Assert.Equal(1, (int)await system.Redis.ExecuteAsync("ACL", "DELUSER", "bff"));

        await AssertRecoversAsync(system, browser);
    }

    [Fact]
    public async Task A_wrong_password_in_the_file_is_one_log_line_and_matters_to_new_connections_only()
    {
        await using var target = await StartAsync();
        var (redis, system) = (target.Redis, target.System);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        target.Files.Replace(Setting, $"{redis.Address},user=bff,password=wrong-canary");
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        await DisconnectAsync(system);
        await Poll.UntilAsync(async () =>
        {
            await (await browser.MeAsync(system)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
            system.Time.Advance(TimeSpan.FromSeconds(1));
            return system.Logs.All.Contains("Redis does not answer at", StringComparison.Ordinal)
                && system.Logs.All.Contains("WRONGPASS", StringComparison.Ordinal);
        });
        target.Files.Replace(Setting, $"{redis.Address},user=bff,password=former");

        await AssertRecoversAsync(system, browser);
        Assert.Single(system.Logs.Events, line =>
            line.Message.Contains("look at Redis:Configuration: address, user, password", StringComparison.Ordinal));
        Assert.DoesNotContain("canary", system.Logs.All, StringComparison.Ordinal);
    }

    private static async Task<Target> StartAsync()
    {
        var redis = new RedisNode(["--save", ""]);
        await redis.StartAsync();
        foreach (var (user, password) in ((string, string)[])[("bff", "former"), ("admin", "admin")])
            Assert.Equal("OK", await redis.AskAsync("ACL", "SETUSER", user, "on", ">" + password, "~*", "&*", "+@all"));
        // While it is on, Redis serves a client that has not authenticated.
        Assert.Equal("OK", await redis.AskAsync("ACL", "SETUSER", "default", "off"));
        var files = new SecretFiles((Setting, $"{redis.Address},user=bff,password=former"));
        var system = await BffSystem.StartAsync($"{redis.Address},user=admin,password=admin",
            [("Session:MinimumRefreshInterval", "00:00:00")], bff: files.AddTo);
        return new Target(redis, files, system);
    }

    private static async Task DisconnectAsync(BffSystem system) =>
        Assert.InRange((int)await system.Redis.ExecuteAsync("CLIENT", "KILL", "USER", "bff"), 1, int.MaxValue);

    private static async Task AssertRecoversAsync(BffSystem system, Browser browser)
    {
        await Poll.UntilAsync(async () => (await browser.MeAsync(system)).StatusCode == HttpStatusCode.OK, "Redis was not found again");
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
    }

    private sealed record Target(RedisNode Redis, SecretFiles Files, BffSystem System) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await System.DisposeAsync();
            Files.Dispose();
            await Redis.DisposeAsync();
        }
    }
}
