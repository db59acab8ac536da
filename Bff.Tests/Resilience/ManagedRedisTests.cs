using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>What is peculiar to the Redis that a cloud runs: <c>docs/managed-redis.md</c>.</summary>
[Row("OPS-02")]
public sealed class ManagedRedisTests
{
    private static readonly (string, string)[] Settings = [("Session:MinimumRefreshInterval", "00:00:00")];

    [Fact]
    public async Task Everything_works_on_a_cluster_of_one_node_with_TLS_only_and_without_CONFIG()
    {
        using var certificates = new TestCertificates();
        using var certificate = certificates.Good("localhost");
        var folder = Directory.CreateTempSubdirectory("bff-authority-");
        try
        {
            var authority = Path.Combine(folder.FullName, "authority.pem");
            await File.WriteAllTextAsync(authority, certificates.Authority.ExportCertificatePem(), TestContext.Current.CancellationToken);
            await using var redis = await OneNodeClusterAsync(certificate);
            Assert.StartsWith("ERR", await redis.AskAsync("CONFIG", "GET", "*"), StringComparison.Ordinal);
            Assert.StartsWith("ERR SELECT is not allowed", await redis.AskAsync("SELECT", "1"), StringComparison.Ordinal);
            await using var fleet = await Fleet.StartAsync($"localhost:{redis.Port},ssl=true", instances: 2,
                environment: [("SSL_CERT_FILE", authority)], settings: Tour.Settings);

            await Tour.TakeAsync(fleet);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(2), InlineData(3)]
    public async Task A_user_notices_nothing_when_every_nth_transaction_is_aborted(int every)
    {
        await using var redis = new RedisNode(["--save", ""]);
        await redis.StartAsync();
        await using var gate = RedisGate.To(redis.Address);
        var aborted = new AbortedTransactions(redis, every);
        gate.Before = aborted.BeforeAsync;
        await using var system = await BffSystem.StartAsync(gate.Configuration, Settings);
        using var measured = new Measured(system);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        for (var refresh = 1; refresh <= 6; refresh++)
        {
            Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
            Assert.Equal(refresh, system.Pool.Requests.Grants("refresh_token"));
            Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        }
        Assert.Equal(HttpStatusCode.OK, (await browser.LogoutAsync(system)).StatusCode);

        Assert.InRange(aborted.Count, 3, int.MaxValue);
        // A lease that was not released would have to expire.
        Assert.Equal(0, measured["bff.refresh.waits on=instance"]);
        Assert.DoesNotContain(system.Logs.Events, line => line.Category.StartsWith("Bff.", StringComparison.Ordinal)
            && line.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
    }

    [Fact]
    public async Task A_Redis_that_takes_five_seconds_to_greet_is_connected_to()
    {
        await using var redis = new RedisNode(["--save", ""]);
        await redis.StartAsync();
        await using var gate = RedisGate.To(redis.Address);
        gate.Before = async command =>
        {
            if (command[0] == "HELLO") await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
            return [];
        };
        await using var system = await BffSystem.StartAsync(gate.Configuration + ",connectTimeout=10000", Settings);
        using var client = new HttpClient();

        await Poll.UntilAsync(async () =>
        {
            using var ready = await client.GetAsync(new Uri(system.Management, "/health/ready"), TestContext.Current.CancellationToken);
            return ready.StatusCode == HttpStatusCode.OK;
        }, "the BFF is not ready");

        using var browser = system.Browser();
        await browser.SignInAsync(system);
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
    }

    private static async Task<RedisNode> OneNodeClusterAsync(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        var redis = new RedisNode(["--save", "", "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-port",
            $"{FreePort.Next()}", "--cluster-announce-hostname", "localhost", "--cluster-preferred-endpoint-type", "hostname",
            "--rename-command", "CONFIG", ""], certificate: certificate);
        await redis.StartAsync();
        Assert.Equal("OK", await redis.AskAsync("CLUSTER", "ADDSLOTSRANGE", "0", "16383"));
        await redis.UntilAsync(async () => (await redis.AskAsync("CLUSTER", "INFO"))?.Contains("cluster_state:ok", StringComparison.Ordinal)
            == true, "the cluster does not serve its slots");
        return redis;
    }
}
