using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Settings;

/// <summary>A certificate for the key ring that comes when keys lie unencrypted in Redis already.</summary>
public sealed partial class PlainKeyTests(SharedRedis redis)
{
    [Fact]
    public async Task An_unencrypted_key_is_a_warning_at_start_whose_command_ends_it()
    {
        using var certificate = new CertificateFile();
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        Assert.Empty(Warnings(system));
        var key = KeyId().Match((await system.Redis.ListGetByIndexAsync(system.KeyPrefix + "keys", 0)).ToString()).Groups[1].Value;

        system.Settings["DataProtection:CertificatePath"] = certificate.Path;
        await system.RestartAsync();
        await Poll.UntilAsync(() => Task.FromResult(Warnings(system).Count > 0), "no warning");
        var warning = Assert.Single(Warnings(system));
        Assert.Contains($"the key {key} was made without it", warning, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);

        var command = Command().Match(warning);
        await system.Redis.ListRightPushAsync(command.Groups["list"].Value, command.Groups["value"].Value);
        await Poll.UntilAsync(async () =>
        {
            system.Time.Advance(TimeSpan.FromSeconds(10));
            return (await browser.MeAsync(system)).StatusCode == HttpStatusCode.Unauthorized;
        }, "the key is still used");
        await browser.SignInAsync(system);
        await system.RestartAsync();
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        Assert.Single(Warnings(system));
    }

    [Theory]
    [InlineData("encrypted"), InlineData("expired"), InlineData("revoked"), InlineData("all revoked")]
    [InlineData("not XML"), InlineData("no certificate")]
    public async Task No_warning_for_encrypted_or_expired_keys_and_a_broken_ring_ends_no_process(string what)
    {
        using var certificate = new CertificateFile();
        (string, string)[] settings = what == "encrypted" ? [("DataProtection:CertificatePath", certificate.Path)] : [];
        await using var system = await BffSystem.StartAsync(redis, settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var list = system.KeyPrefix + "keys";
        var key = KeyId().Match((await system.Redis.ListGetByIndexAsync(list, 0)).ToString()).Groups[1].Value;
        if (what.EndsWith("revoked", StringComparison.Ordinal))
        {
            var date = system.Time.GetUtcNow().AddMinutes(1);
            var id = what == "revoked" ? key : "*";
            var revocation = $"""<revocation version="1"><revocationDate>{date:O}</revocationDate><key id="{id}" /></revocation>""";
            await system.Redis.ListRightPushAsync(list, revocation);
        }
        if (what == "expired") system.Time.Advance(TimeSpan.FromDays(100));
        if (what == "not XML") await system.Redis.ListRightPushAsync(list, "<key");

        if (what != "no certificate") system.Settings["DataProtection:CertificatePath"] = certificate.Path;
        await system.RestartAsync();
        system.Time.Advance(TimeSpan.FromSeconds(10));
        using var client = new HttpClient();
        var health = new Uri(system.Management, "/health/ready");
        for (var i = 0; i < 10; i++) await client.GetStringAsync(health, TestContext.Current.CancellationToken);

        Assert.Empty(Warnings(system));
    }

    [Fact]
    public async Task A_redis_that_comes_later_is_checked_then()
    {
        using var certificate = new CertificateFile();
        await using var server = await RedisServer.StartNewAsync(appendOnly: true);
        await using var system = await BffSystem.StartAsync(server.Configuration);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        await server.StopAsync();
        system.Settings["DataProtection:CertificatePath"] = certificate.Path;
        await system.RestartAsync();
        Assert.Empty(Warnings(system));

        await server.StartAsync();

        await Poll.UntilAsync(() =>
        {
            system.Time.Advance(TimeSpan.FromSeconds(10));
            return Task.FromResult(Warnings(system).Count > 0);
        }, "no warning");
        Assert.Single(Warnings(system));
    }

    private static List<string> Warnings(BffSystem system) =>
        [.. system.Logs.Events.Select(line => line.Message).Where(line => line.StartsWith("DataProtection:", StringComparison.Ordinal))];

    [GeneratedRegex("<key id=\"([^\"]+)\"")]
    private static partial Regex KeyId();

    [GeneratedRegex("redis-cli RPUSH (?<list>[^ ]+) '(?<value>[^']+)'$")]
    private static partial Regex Command();

    private sealed class CertificateFile : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("bff-ring-");

        public CertificateFile()
        {
            using var key = RSA.Create(2048);
            var now = TimeProvider.System.GetUtcNow();
            var request = new CertificateRequest("CN=key ring", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
            File.WriteAllBytes(Path, certificate.Export(X509ContentType.Pkcs12));
        }

        public string Path => System.IO.Path.Combine(folder.FullName, "ring.pfx");

        public void Dispose() => folder.Delete(recursive: true);
    }
}
