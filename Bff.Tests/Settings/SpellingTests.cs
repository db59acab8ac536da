using Bff.Settings;
using Bff.Tests.Hosting;
using Microsoft.Extensions.Configuration;

namespace Bff.Tests.Settings;

/// <summary>
/// A section written wrongly would silently leave its settings at their defaults; other programs' variables must not be taken for
/// one.
/// </summary>
[Row("OPS-01")]
public sealed class SpellingTests
{
    private static readonly Dictionary<string, string?> Usual = new()
    {
        ["Bff:PublicUrl"] = "https://bff.example",
        ["Bff:SpaOrigins:0"] = "https://app.example",
        ["Oidc:Authority"] = "https://issuer.example",
        ["Oidc:ClientId"] = "c",
        ["Oidc:ClientSecret"] = "s",
        ["Redis:Configuration"] = "localhost",
    };

    [Theory]
    [InlineData("Sesion:IdleTimeout", "Session:IdleTimeout"), InlineData("Sessions:Lifetime", "Session:Lifetime")]
    [InlineData("SESION:SAMESITE", "Session:SAMESITE")]
    [InlineData("Bbf:Swagger", "Bff:Swagger"), InlineData("Bf:KnownProxies:0", "Bff:KnownProxies")]
    [InlineData("Odic:Scope", "Oidc:Scope"), InlineData("Oicd:ClockSkew", "Oidc:ClockSkew")]
    [InlineData("Ratelimits:LoginsPerMinute", "RateLimit:LoginsPerMinute")]
    [InlineData("DataProtecton:CertificatePath", "DataProtection:CertificatePath"), InlineData("Redi:KeyPrefix", "Redis:KeyPrefix")]
    public void A_section_that_is_nearly_ours_with_a_setting_of_ours_is_named(string key, string meant)
    {
        var exception = Assert.Throws<SettingsException>(() => Read(key));

        Assert.EndsWith($"is not a setting. Did you mean {meant}?", Assert.Single(exception.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SESSION_MANAGER"), InlineData("SESSION"), InlineData("Sessions"), InlineData("Sessions:Cache")]
    [InlineData("Oidc2:ClientIdentity"), InlineData("PATH"), InlineData("BUF:CACHE"), InlineData("Redis_Configuration")]
    [InlineData("Logging:LogLevel:Default"), InlineData("Kestrel:Limits:MaxConcurrentConnections"), InlineData("AllowedHosts")]
    [InlineData("Auth:ClientId"), InlineData("SessionStore:Lifetime"), InlineData("ABC:Swagger")]
    public void What_is_another_programs_is_left_alone(string key) => Assert.NotNull(Read(key));

    private static BffSettings Read(string key) =>
        BffSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(Usual) { [key] = "1" }).Build());
}
