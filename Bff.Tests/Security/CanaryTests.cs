using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Web;
using Bff.Tests.Hosting;

namespace Bff.Tests.Security;

/// <summary>Every flow with values that must never be seen again, and every place where they could turn up.</summary>
[Row("LOG-01")]
[Collection(Alone.Name)]
public sealed class CanaryTests
{
    private const string RedisPassword = "canary-redis-password", CertificatePassword = "canary-certificate-password";

    [Theory]
    [InlineData("Information"), InlineData("Debug"), InlineData("Trace")]
    public async Task At_every_log_level_no_secret_is_logged_traced_measured_answered_or_stored(string level)
    {
        await using var redis = await RedisServer.StartNewAsync(appendOnly: true, RedisPassword);
        var folder = Directory.CreateTempSubdirectory("bff-canary-");
        using var telemetry = new Telemetry();
        await using var collector = await OtlpReceiver.StartAsync();
        try
        {
            await using var system =
                await BffSystem.StartAsync(redis.Configuration,
                [.. Levels(level), .. Certificate(folder), .. collector.Settings, ("Bff:ManagementKey", CanaryTour.ManagementKey)]);
            using var tour = new CanaryTour(system, redis);

            await tour.TakeAsync();

            // The search would find what is there.
            foreach (var line in (string[])["GET /callback 302", "POST /backchannel-logout 404", " ended (revoked)"])
                await system.Logs.UntilAsync(line);
            string[] secrets = [.. tour.Secrets(), RedisPassword, CertificatePassword, "canary", "eyJ"];
            Assert.DoesNotContain("", secrets);
            AssertNone(secrets, system.Logs.All, "logs");
            AssertNone(secrets, telemetry.All, "telemetry");
            await Poll.UntilAsync(() => Task.FromResult(collector.Spans.Any(span => span.Name == "GET /callback")));
            AssertNone(secrets, collector.All, "what a collector gets");
            AssertNone(secrets, tour.Metrics, "metrics");
            AssertNone(secrets, tour.Answers, "answers");
            AssertNone(secrets, tour.Stored, "Redis");
            Assert.Contains("Microsoft.AspNetCore.Hosting.HttpRequestIn", telemetry.All, StringComparison.Ordinal);
            Assert.Contains("http.server.request.duration", telemetry.All, StringComparison.Ordinal);
            Assert.Contains("bff_sign_ins_completed_total", tour.Metrics, StringComparison.Ordinal);
            Assert.Contains(The.Alice, tour.Answers, StringComparison.Ordinal);
            Assert.Contains("signin", tour.Stored, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>
    /// For all, for the loud categories by their own names, and for this very provider, whose rules go before all others.
    /// </summary>
    private static IEnumerable<(string Key, string Value)> Levels(string level) =>
        from scope in (string[])["Logging", $"Logging:{typeof(LogSink).FullName}"]
        from category in (string[])["Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Hosting.Diagnostics",
            "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Http.Result.RedirectResult", "Yarp.ReverseProxy",
        "System.Net.Http"]
        select ($"{scope}:LogLevel:{category}", level);

    private static (string Key, string Value)[] Certificate(DirectoryInfo folder)
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate =
            new CertificateRequest("CN=key ring", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var path = Path.Combine(folder.FullName, "ring.pfx");
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12, CertificatePassword));
        return [("DataProtection:CertificatePath", path), ("DataProtection:CertificatePassword", CertificatePassword)];
    }

    private static void AssertNone(IEnumerable<string> secrets, string text, string place)
    {
        foreach (var secret in secrets.SelectMany(secret =>
            new[] { secret, Uri.EscapeDataString(secret), HttpUtility.UrlEncode(secret) }).Distinct())
        {
            var at = text.IndexOf(secret, StringComparison.Ordinal);
            Assert.True(at < 0, at < 0 ? "" : $"{place}: {secret} in …{text[Math.Max(0, at - 300)..Math.Min(text.Length, at + 200)]}…");
        }
    }
}
