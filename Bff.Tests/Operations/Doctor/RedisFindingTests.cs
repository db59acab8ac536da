using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Bff.Storage;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Bff.Tests.Operations.Doctor;

/// <summary>For each fault of Redis, a Redis that has it and the line that names it.</summary>
public sealed partial class RedisFindingTests
{
    private const string Password = "a-password-0123456789";

    [Theory]
    [InlineData("127.0.0.1:1", "fail  Redis: It cannot be used. Connection refused")]
    [InlineData("redis.bff.invalid:6379", "fail  Redis: It cannot be used. Host not found")]
    [InlineData("192.0.2.1:6379,connectTimeout=200", "warn  Redis TLS: It is off, and 192.0.2.1:6379 is not in a private network")]
    [InlineData("192.0.2.1:6380,ssl=true,connectTimeout=200", "ok    Redis TLS: It is on")]
    public async Task A_redis_that_cannot_be_reached_is_named(string configuration, string line) =>
        await AssertNamedAsync(configuration, line);

    [Theory]
    [InlineData("", "NOAUTH")]
    [InlineData(",password=" + Password, "WRONGPASS")]
    public async Task A_missing_or_wrong_password_is_named(string credentials, string word)
    {
        await using var redis = await RedisServer.StartNewAsync(password: "the-right-one-0123456789");

        await AssertNamedAsync($"127.0.0.1:{redis.Port}{credentials}", $"fail  Redis: It cannot be used. .*{word}");
    }

    [Theory]
    [InlineData("maxmemory-policy", "allkeys-lru", "warn  Redis eviction: maxmemory-policy is allkeys-lru.*Set .* noeviction")]
    [InlineData("maxmemory-policy", "noeviction", "ok    Redis eviction: noeviction")]
    [InlineData("appendonly", "yes", "ok    Redis persistence: The append-only file is on")]
    [InlineData("save", "", "warn  Redis persistence: None: all users sign in again after a restart of Redis. Set appendonly yes")]
    [InlineData("save", "60 1000", "warn  Redis persistence: Snapshots only")]
    public async Task Eviction_and_persistence_are_named(string setting, string value, string line)
    {
        await using var redis = new RedisNode(["--save", "", $"--{setting}", value]);
        await redis.StartAsync();

        await AssertNamedAsync(redis.Address, line);
    }

    [Fact]
    public async Task A_redis_without_INFO_and_CONFIG_is_no_failure()
    {
        await using var redis = new RedisNode(["--save", "", "--rename-command", "INFO", "", "--rename-command", "CONFIG", ""]);
        await redis.StartAsync();

        var output = await AssertNamedAsync(redis.Address, "ok    Redis server: Version, eviction and persistence are not known");

        Assert.DoesNotContain("fail  ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redis_that_is_full_is_named()
    {
        await using var redis = new RedisNode(["--save", "", "--maxmemory", "1"]);
        await redis.StartAsync();

        await AssertNamedAsync(redis.Address, "fail  Redis: It cannot be used. OOM. Redis is full");
    }

    [Fact]
    public async Task Each_command_that_the_user_may_not_run_is_named()
    {
        await using var redis = new RedisNode(["--save", ""]);
        await redis.StartAsync();
        await using var system = await ExaminedSystem.StartAsync($"{redis.Address},user=bff,password={Password}");
        var prefix = system.Settings["Redis:KeyPrefix"];
        var page = await File.ReadAllTextAsync(Repository.PathTo("docs/operating.md"), TestContext.Current.CancellationToken);
        var rights = AclUser().Match(page).Groups[1].Value.Replace("bff:*", prefix + "*", StringComparison.Ordinal)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        async Task<string> RunWithAsync(IEnumerable<string> given)
        {
            Assert.Equal("OK", await redis.AskAsync(["ACL", "SETUSER", "bff", "reset", "on", ">" + Password, .. given]));
            return (await system.RunAsync()).Output;
        }

        var withAll = await RunWithAsync(rights);

        Assert.DoesNotContain("fail  ", withAll, StringComparison.Ordinal);
        Assert.Matches("(?m)^ok    Redis rights: ", withAll);
        Assert.Matches("(?m)^ok    Redis channels: ", withAll);
        string[] untried = ["+hello", "+auth", "+ping", "+echo", "+discard"];
        string[] channels = ["+publish", "+subscribe", "+unsubscribe"];
        foreach (var right in rights.Where(right => right[0] == '+').Except([.. untried, .. channels]))
            Assert.Matches($@"(?m)^fail  Redis rights: .*\b{right[1..].ToUpperInvariant()}\b", await RunWithAsync(rights.Except([right])));
        Assert.Matches("(?m)^warn  Redis channels: .*NOPERM", await RunWithAsync(rights.Except(["+publish"])));
        Assert.Matches("(?m)^warn  Redis channels: ", await RunWithAsync(rights.Except(["+subscribe"])));
        Assert.Matches("(?m)^fail  Redis rights: .*SET on keys of Redis:KeyPrefix", await RunWithAsync(rights.Except([$"~{prefix}*"])));
    }

    [Theory]
    [InlineData(false, "warn  key ring: 1 valid key\\(s\\) in Redis are not encrypted.*Replace the key ring")]
    [InlineData(true, "ok    key ring: A certificate encrypts it")]
    public async Task A_key_that_is_older_than_the_certificate_is_named(bool encrypted, string line)
    {
        var file = Path.GetTempFileName();
        try
        {
            using var key = RSA.Create(2048);
            var (now, request) = (TimeProvider.System.GetUtcNow(),
                new CertificateRequest("CN=key ring", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            using var certificate = request.CreateSelfSigned(now, now.AddDays(1));
            var pfx = certificate.Export(X509ContentType.Pfx, Password);
            await File.WriteAllBytesAsync(file, pfx, TestContext.Current.CancellationToken);
            await using var redis = await RedisServer.StartNewAsync();
            await using var system = await ExaminedSystem.StartAsync(redis.Configuration);
            var protection = new KeyRingOptions { CertificatePath = file, CertificatePassword = Password };
            await MakeKeyAsync(system, encrypted ? protection : new KeyRingOptions());
            system.Settings["DataProtection:CertificatePath"] = file;
            system.Settings["DataProtection:CertificatePassword"] = Password;

            Assert.Matches("(?m)^" + line, (await system.RunAsync()).Output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task MakeKeyAsync(ExaminedSystem system, KeyRingOptions protection)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(system.Settings["Redis:Configuration"]);
        var options = new RedisOptions { KeyPrefix = system.Settings["Redis:KeyPrefix"] };
        await using var services = new ServiceCollection().AddLogging().AddKeyRing(protection, options, () => connection.GetDatabase())
            .BuildServiceProvider();
        services.GetDataProtector("a test").Protect("text");
    }

    private static async Task<string> AssertNamedAsync(string configuration, string line)
    {
        await using var system = await ExaminedSystem.StartAsync(configuration);

        var (_, output) = await system.RunAsync();

        Assert.True(Regex.IsMatch(output, "(?m)^" + line), output);
        // The checks of the others are not affected.
        Assert.Matches("(?m)^ok    client: ", output);
        return output;
    }

    [GeneratedRegex(@"```acl\nuser bff on >PASSWORD (.*?)```", RegexOptions.Singleline)]
    private static partial Regex AclUser();
}
