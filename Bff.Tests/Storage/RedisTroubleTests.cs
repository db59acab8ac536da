using System.Diagnostics;
using System.Net;
using Bff.Tests.Hosting;
using StackExchange.Redis;

namespace Bff.Tests.Storage;

/// <summary>A Redis that is there and yet of no use: a replica, full, another password, slow.</summary>
[Row("OPS-02")]
public sealed class RedisTroubleTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(15);

    private static readonly Dictionary<string, (Func<RedisServer, IServer, Task> BeginAsync,
        Func<RedisServer, IServer, Task> EndAsync)> Troubles = new()
        {
            ["a replica"] = ((_, server) => server.ExecuteAsync("REPLICAOF", "127.0.0.1", "1"), (_, server) =>
                server.ExecuteAsync("REPLICAOF", "NO", "ONE")),
            ["full"] = ((_, server) => server.ExecuteAsync("CONFIG", "SET", "maxmemory", "1"), (_, server) =>
                server.ExecuteAsync("CONFIG", "SET", "maxmemory", "0")),
            ["without the right to write"] =
            ((_, server) => server.ExecuteAsync("ACL", "SETUSER", "bff", "-@write"), (_, server) =>
            server.ExecuteAsync("ACL", "SETUSER", "bff", "+@all")),
            ["frozen"] = ((redis, _) => redis.FreezeAsync(), (redis, _) => redis.ThawAsync()),
        };

    public static TheoryData<string> Rows => [.. Troubles.Keys];

    [Theory, MemberData(nameof(Rows))]
    public async Task What_must_write_is_503_in_time_and_signs_no_one_out(string trouble)
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var control = await ConnectionMultiplexer.ConnectAsync(redis.Configuration + ",allowAdmin=true");
        var server = control.GetServers()[0];
        await server.ExecuteAsync("ACL", "SETUSER", "bff", "on", ">password", "~*", "&*", "+@all");
        await using var system = await BffSystem.StartAsync(redis.Configuration + ",user=bff,password=password");
        using var browser = system.Browser();
        using var second = system.Browser();
        await browser.SignInAsync(system);
        var callback = await second.SignInUpToCallbackAsync(system, The.Bob);
        var asked = system.Pool.Requests.TokenRequests.Count;
        system.Time.Advance(TimeSpan.FromMinutes(2));

        await Troubles[trouble].BeginAsync(redis, server);
        foreach (var (method, path) in ((string, string)[])[("POST", "/refresh"), ("POST", "/logout"), ("GET", "/login")])
        {
            // A frozen Redis executes what it got when it continues, whatever the response was; a full one still deletes.
            if (path == "/logout" && trouble is "frozen" or "full") continue;
            var started = Stopwatch.GetTimestamp();
            using var answer = await browser.FetchAsync(system.Spa, new HttpMethod(method), new Uri(system.Url, path),
                [("X-CSRF", "1"), ("Accept", "application/json")]);
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, Bound);
            await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.False(answer.Headers.Contains("Set-Cookie"), path);
        }
        if (trouble != "full") Assert.Equal(HttpStatusCode.ServiceUnavailable, (await second.NavigateAsync(callback, typed: true)).Status);
        Assert.Equal(asked, system.Pool.Requests.TokenRequests.Count);

        await Troubles[trouble].EndAsync(redis, server);
        var back = trouble == "frozen" ? HttpMethod.Get : HttpMethod.Post;
        await Poll.UntilAsync(async () =>
            (await browser.CallAsync(system, back, back == HttpMethod.Get ? "/me" : "/refresh")).StatusCode == HttpStatusCode.OK,
        "it did not recover");
        if (trouble != "frozen") Assert.Equal(system.Spa, (await second.NavigateAsync(callback, typed: true)).Location);
        else await second.SignInAsync(system, The.Bob);
        Assert.Equal(HttpStatusCode.OK, (await second.MeAsync(system)).StatusCode);
    }
}
