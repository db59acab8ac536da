using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Bff.Tests.Hosting;

namespace Bff.Tests.Storage;

/// <summary>The certificate that encrypts the key ring is replaced by another.</summary>
public sealed class KeyRingCertificateTests(SharedRedis redis) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("bff-certificates-");

    [Fact]
    public async Task With_the_previous_certificate_a_change_loses_no_key_and_no_sign_in()
    {
        await using var system = await BffSystem.StartAsync(redis,
            [("Session:MinimumRefreshInterval", "00:00:00"), .. Certificate("first")]);
        await using var browser = await BrowserAtWork.StartAsync(system);
        using var underway = system.Browser();
        var callback = await underway.SignInUpToCallbackAsync(system, The.Bob);
        var ring = await RingAsync(system);

        Use(system, [.. Certificate("second"), .. Certificate("first", "Previous")]);
        await browser.BetweenRequestsAsync(system.RestartAsync);

        await browser.NoticedNothingAsync("the certificate");
        await underway.NavigateAsync(callback);
        Assert.Equal(HttpStatusCode.OK, (await underway.MeAsync(system)).StatusCode);
        Assert.Equal(ring, await RingAsync(system));
    }

    [Fact]
    public async Task Without_the_previous_certificate_sign_ins_that_are_under_way_start_again()
    {
        await using var system = await BffSystem.StartAsync(redis, Certificate("first"));
        using var underway = system.Browser();
        var callback = await underway.SignInUpToCallbackAsync(system);
        var ring = await RingAsync(system);

        Use(system, Certificate("second"));
        await system.RestartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await underway.NavigateAsync(callback)).Status);
        await underway.SignInAsync(system);
        Assert.Equal(ring.Length + 1, (await RingAsync(system)).Length);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static void Use(BffSystem system, (string Key, string Value)[] settings)
    {
        foreach (var (key, value) in settings) system.Settings[key] = value;
    }

    private static async Task<string[]> RingAsync(BffSystem system) =>
        [.. (await system.Redis.ListRangeAsync(system.KeyPrefix + "keys")).Select(value => value.ToString())];

    /// <summary>The settings for a certificate of this name, which is made at its first use.</summary>
    private (string Key, string Value)[] Certificate(string name, string which = "")
    {
        var path = Path.Combine(folder.FullName, name + ".p12");
        if (!File.Exists(path)) Make(path, "password of " + name);
        return [($"DataProtection:{which}CertificatePath", path), ($"DataProtection:{which}CertificatePassword", "password of " + name)];
    }

    private static void Make(string path, string password)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=bff-key-ring", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12, password));
    }
}
