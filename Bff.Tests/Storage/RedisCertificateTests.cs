using System.Net;
using Bff.Tests.Hosting;
using StackExchange.Redis;

namespace Bff.Tests.Storage;

/// <summary>A Redis whose certificate is not trusted gets no command, and above all no password.</summary>
[Row("KEY-06")]
public sealed class RedisCertificateTests
{
    [Fact]
    public async Task Behind_a_self_signed_certificate_there_is_no_store()
    {
        using var certificate = TestCertificates.SelfSigned("localhost");
        await using var redis = await RedisServer.StartNewAsync(password: "canary-of-redis", certificate: certificate);
        var configuration = $"localhost:{redis.TlsPort},ssl=true,password=canary-of-redis";
        await using var system = await BffSystem.StartAsync(configuration);
        using var browser = system.Browser();
        using var client = new HttpClient();

        var page = await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);
        using var ready = await client.GetAsync(new Uri(system.Management, "/health/ready"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.Contains("store_unavailable", page.Says, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.DoesNotContain("canary-of-redis", system.Logs.All, StringComparison.Ordinal);
        // Only the certificate is the cause: a client that accepts it is served, and sees that no client was before.
        var trusting = ConfigurationOptions.Parse(configuration + ",allowAdmin=true");
        trusting.CertificateValidation += (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(trusting);
        Assert.DoesNotContain("cmdstat_set", (await connection.GetDatabase().ExecuteAsync("INFO", "commandstats")).ToString(),
            StringComparison.Ordinal);
    }
}
