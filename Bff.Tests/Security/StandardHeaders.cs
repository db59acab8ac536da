using Bff.Tests.Hosting;

namespace Bff.Tests.Security;

/// <summary>What every answer carries, and what none does.</summary>
internal static class StandardHeaders
{
    private static readonly string[] Fingerprints =
        ["Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version", "Via", "X-Swagger-UI-Version", "Last-Modified",
        "X-SourceFiles"];

    public static void AreOn(RawAnswer answer, bool https = false)
    {
        void Has(string name, string value) =>
            Assert.True(string.Join(", ", answer[name]) == value, $"expected {name}: {value} on {answer}");
        Has("Cache-Control", "no-store");
        Has("X-Content-Type-Options", "nosniff");
        Has("Referrer-Policy", "no-referrer");
        Has("X-Frame-Options", "DENY");
        Has("Cross-Origin-Resource-Policy", "same-site");
        Has("Cross-Origin-Opener-Policy", "same-origin");
        var policy = Assert.Single(answer["Content-Security-Policy"]).Split("; ");
        Assert.True(policy[0] == "default-src 'none'" && policy.Contains("frame-ancestors 'none'") && policy.Contains("base-uri 'none'")
            && policy.Contains("form-action 'none'"), answer.Text);
        Assert.DoesNotContain(policy, rule =>
            rule.StartsWith("script-src", StringComparison.Ordinal) && rule.Contains("unsafe", StringComparison.Ordinal));
        Assert.Contains("Origin", answer["Vary"]);
        Assert.True(answer["Strict-Transport-Security"].SequenceEqual(https ? ["max-age=31536000; includeSubDomains"] : []), answer.Text);
        Assert.Empty(answer.Names.Intersect(Fingerprints, StringComparer.OrdinalIgnoreCase));
    }
}
