using System.Net;
using Bff.Storage;
using Bff.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace Bff.Tests.Operations;

/// <summary>What the log says while Redis cannot be reached, or not with these settings.</summary>
public sealed class RedisFaultTests(SharedRedis shared)
{
    private const string Password = RedisFaultLog.Password;

    [Theory]
    [InlineData("NOAUTH", "")]
    [InlineData("WRONGPASS", ",password=" + Password)]
    [InlineData("WRONGPASS", ",user=nobody,password=" + Password)]
    [InlineData("WRONGPASS", ",protocol=resp2,password=" + Password)]
    public async Task Missing_or_wrong_credentials_are_named_and_not_quoted(string word, string credentials)
    {
        await using var redis = await RedisServer.StartNewAsync(password: "the-right-one");

        await AssertUnreachableAsync($"127.0.0.1:{redis.Port}{credentials}", word);
    }

    [Theory]
    [InlineData("Host not found", "redis.bff.invalid:6379")]
    [InlineData("Connection refused", "127.0.0.1:1")]
    [InlineData("Connection refused", "127.0.0.1:1,ssl=true")]
    public async Task What_the_network_says_is_named(string cause, string configuration) =>
        await AssertUnreachableAsync($"{configuration},password={Password}", cause);

    [Fact]
    public async Task A_certificate_that_is_not_trusted_and_a_port_that_speaks_TLS_are_named()
    {
        using var certificates = new TestCertificates();
        using var certificate = certificates.Good("localhost");
        await using var redis = await RedisServer.StartNewAsync(certificate: certificate);

        await AssertUnreachableAsync($"localhost:{redis.TlsPort},ssl=true", "TLS. The remote certificate is invalid");
        await AssertUnreachableAsync($"localhost:{redis.TlsPort}", "ssl in Redis:Configuration does not fit the port");
    }

    [Fact]
    public async Task A_redis_that_hangs_and_a_cluster_without_slots_are_named()
    {
        await using var cluster = new RedisNode(["--save", "", "--cluster-enabled", "yes", "--cluster-port", $"{FreePort.Next()}"]);
        await cluster.StartAsync();
        await AssertUnreachableAsync(cluster.Address, "CLUSTERDOWN");

        await using var redis = new RedisNode(["--save", ""]);
        await redis.StartAsync();
        await using var system = await BffSystem.StartAsync(redis.Address);
        Assert.Equal(HttpStatusCode.OK, await RedisFaultLog.ReadyAsync(system));
        await redis.FreezeAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await RedisFaultLog.ReadyAsync(system));
        await RedisFaultLog.AssertNamedAsync(system, "Timeout");
    }

    [Fact]
    public async Task Two_causes_are_two_lines_and_Garnet_is_ready()
    {
        await using var garnet = Bff.Local.EmbeddedRedis.Start();
        await using var ready = await BffSystem.StartAsync(garnet.Configuration);
        Assert.Equal(HttpStatusCode.OK, await RedisFaultLog.ReadyAsync(ready));

        await using var system = await BffSystem.StartAsync(shared);
        using var loggers = new LoggerFactory([system.Logs]);
        var faults = new RedisFaults(system.Time, loggers.CreateLogger<RedisFaults>());
        string[] replies = ["OOM one", "OOM two", "BUSY x", "MISCONF x", "WEIRD session:{secret}", "EXECABORT x", "no word", "OOM three"];
        foreach (var reply in replies) faults.ReportReply(reply);

        var lines = RedisFaultLog.Lines(system);
        Assert.Equal(["OOM.", "BUSY.", "MISCONF.", "WEIRD."], lines.Select(line => line.Split(' ')[2]));
        Assert.DoesNotContain("secret", string.Concat(lines), StringComparison.Ordinal);
    }

    private static async Task AssertUnreachableAsync(string configuration, string cause)
    {
        await using var system = await BffSystem.StartAsync(configuration);
        using var browser = system.Browser();

        await Poll.UntilAsync(async () =>
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await RedisFaultLog.ReadyAsync(system));
            var page = await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
            return system.Logs.All.Contains(cause, StringComparison.Ordinal);
        }, $"{cause} is not named:\n{system.Logs.All}");
        system.Time.Advance(TimeSpan.FromSeconds(1));

        await RedisFaultLog.AssertNamedAsync(system, cause);
    }
}
