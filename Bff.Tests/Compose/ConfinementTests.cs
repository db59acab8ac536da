using System.Text.Json.Nodes;
using Bff.Tests.Settings;

namespace Bff.Tests.Compose;

/// <summary>What the containers may do, and what can be learned from outside.</summary>
[Collection(ComposedSystem.Name)]
public sealed class ConfinementTests
{
    [ComposeFact]
    public Task No_process_is_root_or_has_a_capability() => EachAsync(async service =>
    {
        var status = await Containers.ExecAsync(service, "cat", "/proc/1/status", "/proc/self/status");
        var lines = status.Split('\n');

        Assert.All(lines.Where(line => line.StartsWith("Uid:", StringComparison.Ordinal)), line =>
            Assert.DoesNotContain("0", line.Split('\t')[1..]));
        Assert.All(lines.Where(line => line.StartsWith("CapBnd:", StringComparison.Ordinal)), line =>
            Assert.Equal("CapBnd:\t0000000000000000", line));
        Assert.Equal(2, lines.Count(line => line == "NoNewPrivs:\t1"));
    });

    [ComposeFact]
    public Task Nothing_but_tmp_can_be_written() => EachAsync(async service =>
    {
        var written = await Containers.ExecAsync(service, "sh", "-c",
            "for d in / /app /etc /usr/local/bin /tmp; do touch $d/probe 2>/dev/null && echo $d && rm $d/probe; done; true");

        Assert.Equal("/tmp\n", written);
    });

    [ComposeFact]
    public Task No_secret_can_be_read_from_outside() => EachAsync(async service =>
    {
        var secrets = new ComposeFile("docker-compose.yml").Secrets("bff");
        var container = (await Containers.InspectAsync(service)).ToJsonString();

        Assert.DoesNotContain(secrets["Oidc__ClientSecret"], container, StringComparison.Ordinal);
        Assert.DoesNotContain(secrets["Redis__Configuration"].Split("password=")[1], container, StringComparison.Ordinal);
    });

    [ComposeFact]
    public async Task Redis_is_reached_by_the_BFF_alone()
    {
        var ports = (await Containers.InspectAsync("redis"))["NetworkSettings"]!["Ports"]!.AsObject()
            .Where(port => port.Value is JsonArray);

        Assert.Empty(ports);
        Assert.Equal("reached\n", await ReachRedisAsync("bff"));
        Assert.Equal("not reached\n", await ReachRedisAsync("api"));
        Assert.Equal("not reached\n", await ReachRedisAsync("spa"));
        Assert.Equal("not reached\n", await ReachRedisAsync("user-pool"));
    }

    [ComposeFact]
    public async Task Redis_demands_its_password_keeps_what_it_was_told_and_evicts_nothing()
    {
        const string ask = "REDISCLI_AUTH=$(sed -n 's/^requirepass //p' /run/secrets/redis.conf) redis-cli ";

        Assert.Contains("NOAUTH", await Containers.ExecAsync("redis", "redis-cli", "dbsize"), StringComparison.Ordinal);
        Assert.Contains("\nyes\n", await Containers.ExecAsync("redis", "sh", "-c", ask + "config get appendonly"),
            StringComparison.Ordinal);
        Assert.Contains("\nnoeviction\n", await Containers.ExecAsync("redis", "sh", "-c", ask + "config get maxmemory-policy"),
            StringComparison.Ordinal);
    }

    private static async Task<string> ReachRedisAsync(string service) =>
        await Containers.ExecAsync(service, "bash", "-c", "(exec 3<>/dev/tcp/redis/6379) 2>/dev/null && echo reached || echo not reached");

    private static async Task EachAsync(Func<string, Task> check)
    {
        foreach (var service in ComposedSystem.Services) await check(service);
    }
}
