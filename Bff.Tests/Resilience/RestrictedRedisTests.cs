using System.Net;
using System.Text.RegularExpressions;
using Bff.Local;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>
/// Redis as an operator grants it: behind TLS, to a user with few rights, without the commands that managed services keep to
/// themselves, or another program altogether.
/// </summary>
[Row("OPS-02")]
public sealed partial class RestrictedRedisTests
{
    /// <summary>The rights that <c>docs/operating.md</c> names, for another prefix.</summary>
    private static string[] Rights(string prefix)
    {
        var line = AclUser().Match(File.ReadAllText(Repository.PathTo("docs/operating.md"))).Groups[1].Value;
        return line.Replace("bff:*", prefix + "*", StringComparison.Ordinal)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex(@"```acl\nuser bff on >PASSWORD (.*?)```", RegexOptions.Singleline)]
    private static partial Regex AclUser();

    [Fact]
    public async Task Everything_works_for_a_user_with_the_least_rights()
    {
        await using var redis = new RedisNode(["--save", ""]);
        await redis.StartAsync();
        await using var fleet = await Fleet.StartAsync($"{redis.Address},user=bff,password=secret", instances: 0, settings: Tour.Settings);
        Assert.Equal("OK", await redis.AskAsync(["ACL", "SETUSER", "bff", "on", ">secret", .. Rights(fleet.KeyPrefix)]));
        await Task.WhenAll(fleet.Add().StartAsync(), fleet.Add().StartAsync());

        await Tour.TakeAsync(fleet);

        // What the library asks for by itself, and does without.
        string[] spared = ["client|setname", "client|setinfo", "client|id", "cluster|nodes", "cluster|slots", "config|get", "info",
            "select", "sentinel|masters"];
        var log = (await redis.AskAsync("ACL", "LOG"))!.Split('\n');
        Assert.Empty(log.Where((_, i) => i > 0 && log[i - 1] == "object").Except(spared));
    }

    [Fact]
    public async Task Everything_works_without_CONFIG_INFO_CLIENT_CLUSTER_SENTINEL_ROLE_and_KEYS()
    {
        string[] withheld = ["CONFIG", "INFO", "CLIENT", "CLUSTER", "ROLE", "KEYS", "SCAN", "EVAL", "EVALSHA", "SCRIPT", "TIME",
            "REPLICAOF", "DEBUG", "MONITOR", "SELECT"];
        await using var redis =
            new RedisNode(["--save", "", .. withheld.SelectMany(command => (string[])["--rename-command", command, ""])]);
        await redis.StartAsync();
        await using var fleet = await Fleet.StartAsync(redis.Address, instances: 2, settings: Tour.Settings);

        await Tour.TakeAsync(fleet);
    }

    [Fact]
    public async Task Everything_works_over_TLS_with_an_authority_from_SSL_CERT_FILE()
    {
        using var certificates = new TestCertificates();
        using var certificate = certificates.Good("localhost");
        var folder = Directory.CreateTempSubdirectory("bff-authority-");
        try
        {
            var authority = Path.Combine(folder.FullName, "authority.pem");
            await File.WriteAllTextAsync(authority, certificates.Authority.ExportCertificatePem(), TestContext.Current.CancellationToken);
            await using var redis = await RedisServer.StartNewAsync(password: "secret", certificate: certificate);
            await using var fleet =
                await Fleet.StartAsync($"localhost:{redis.TlsPort},ssl=true,password=secret", instances: 2,
                environment: [("SSL_CERT_FILE", authority)], settings: Tour.Settings);

            await Tour.TakeAsync(fleet);

            fleet.Environment.Clear();
            await fleet.Add().StartAsync(ready: false);
            using var browser = fleet.Browser();
            Assert.Equal(HttpStatusCode.ServiceUnavailable,
                (await browser.Window.NavigateAsync(new Uri(fleet[2].Url, "/login"), typed: true)).Status);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Everything_works_on_Garnet()
    {
        await using var garnet = EmbeddedRedis.Start();
        await using var fleet = await Fleet.StartAsync(garnet.Configuration, instances: 2, settings: Tour.Settings);

        await Tour.TakeAsync(fleet);
    }
}
