using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Operations;

/// <summary>A Redis that answers and refuses: which refusal the log names, and whether the instance is ready.</summary>
public sealed class RefusingRedisTests
{
    /// <summary>A user with all rights, but for those that follow.</summary>
    private static readonly string[] User = ["ACL", "SETUSER", "bff", "reset", "on", ">" + RedisFaultLog.Password, "~*", "&*", "+@all"];

    [Theory]
    [InlineData("OOM", HttpStatusCode.OK, "CONFIG SET maxmemory 1")]
    [InlineData("NOREPLICAS", HttpStatusCode.OK, "CONFIG SET min-replicas-to-write 1")]
    [InlineData("READONLY", HttpStatusCode.OK, "REPLICAOF 127.0.0.1 1")]
    [InlineData("MASTERDOWN", HttpStatusCode.ServiceUnavailable, "REPLICAOF 127.0.0.1 1", "CONFIG SET replica-serve-stale-data no")]
    [InlineData("NOPERM", HttpStatusCode.OK, "ACL SETUSER bff -set -setex -psetex")]
    [InlineData("NOPERM", HttpStatusCode.ServiceUnavailable, "ACL SETUSER bff -@read")]
    [InlineData("NOPERM", HttpStatusCode.ServiceUnavailable, "ACL SETUSER bff -hmget")]
    [InlineData("NOPERM", HttpStatusCode.ServiceUnavailable, "ACL SETUSER bff resetkeys %W~*")]
    [InlineData("NOPERM", HttpStatusCode.ServiceUnavailable, "ACL SETUSER bff resetkeys ~other:*")]
    public async Task A_refusal_is_named_once_a_minute_and_ready_means_that_reads_are_served(
        string word, HttpStatusCode ready, params string[] commands)
    {
        await using var redis = new RedisNode(["--save", "", "--maxmemory-policy", "noeviction"]);
        await redis.StartAsync();
        Assert.Equal("OK", await redis.AskAsync(User));
        await using var system = await BffSystem.StartAsync($"{redis.Address},user=bff,password={RedisFaultLog.Password}");
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        foreach (var command in commands) Assert.Equal("OK", await redis.AskAsync(command.Split(' ')));

        var needed = new Uri(system.Url, ready == HttpStatusCode.OK ? "/login" : "/me");
        for (var i = 0; i < 5; i++) await RedisFaultLog.AssertRefusedAsync(browser, system, needed);

        Assert.Equal(ready, await RedisFaultLog.ReadyAsync(system));
        Assert.Equal(ready, (await browser.MeAsync(system)).StatusCode);
        await RedisFaultLog.AssertNamedAsync(system, word, times: 1);
        system.Time.Advance(TimeSpan.FromSeconds(61));
        await RedisFaultLog.AssertRefusedAsync(browser, system, needed);
        await RedisFaultLog.AssertNamedAsync(system, word, times: 2);
    }

    [Fact]
    public async Task A_redis_that_cannot_save_is_ready_and_MISCONF_is_logged_without_a_request()
    {
        var folder = Directory.CreateTempSubdirectory("bff-misconf-");
        try
        {
            await using var redis = new RedisNode(["--dir", folder.FullName, "--save", "3600 1"]);
            await redis.StartAsync();
            await using var system = await BffSystem.StartAsync(redis.Address);
            using var browser = system.Browser();
            await browser.SignInAsync(system);
            // Where the dump is to be put, which a folder prevents.
            folder.CreateSubdirectory("dump.rdb");
            await redis.AskAsync("BGSAVE");
            await redis.UntilAsync(async () => (await redis.AskAsync("PING"))!.Split(' ')[0] == "MISCONF", "it still saves");

            await Poll.UntilAsync(() =>
            {
                system.Time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(system.Logs.All.Contains("Redis failed: MISCONF. ", StringComparison.Ordinal));
            });
            Assert.Equal(HttpStatusCode.OK, await RedisFaultLog.ReadyAsync(system));
            Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
            await RedisFaultLog.AssertRefusedAsync(browser, system, new Uri(system.Url, "/login"));
            Assert.DoesNotContain("Redis does not answer at", system.Logs.All, StringComparison.Ordinal);
            await RedisFaultLog.AssertNamedAsync(system, "MISCONF");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_transaction_that_is_refused_is_named_by_the_command_in_it()
    {
        await using var redis = new RedisNode(["--save", "", "--maxmemory-policy", "noeviction"]);
        await redis.StartAsync();
        await using var system = await BffSystem.StartAsync(redis.Address);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        await redis.AskAsync("CONFIG", "SET", "min-replicas-to-write", "1");

        // That the session is in use is noted in a transaction.
        system.Time.Advance(TimeSpan.FromMinutes(10));
        await RedisFaultLog.AssertRefusedAsync(browser, system, new Uri(system.Url, "/me"));

        await RedisFaultLog.AssertNamedAsync(system, "NOREPLICAS", times: 1);
        Assert.DoesNotContain("EXECABORT", system.Logs.All, StringComparison.Ordinal);
    }
}
