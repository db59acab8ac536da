using Bff.Settings;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using static Bff.Tests.Settings.GivenSettings;

namespace Bff.Tests.Settings;

/// <summary>Which settings the BFF starts with, and what it says of those it does not.</summary>
[Row("OPS-01")]
public sealed class OptionsTests
{
    /// <summary>The table of the settings in the contract.</summary>
    [Fact]
    public void What_is_not_set_has_the_documented_value()
    {
        var settings = Read();

        Assert.Equal(("https://app.example.com/", 9090, null, true, 0),
            (settings.Bff.SignedOut, settings.Bff.ManagementPort, settings.Bff.ManagementKey, settings.Bff.Swagger,
            settings.Bff.KnownProxies.Length));
        Assert.Equal("https://bff.example.com/callback", settings.Bff.RedirectUri);
        var oidc = settings.Oidc;
        Assert.Equal((false, "client_secret_post", "openid email phone", "auto"),
            (oidc.AllowHttp, $"{oidc.ClientAuthentication}", oidc.Scope, $"{oidc.Provider}"));
        Assert.Equal(["RS256"], oidc.AcceptedAlgorithms);
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1)), (oidc.BackchannelTimeout, oidc.ClockSkew));
        Assert.Equal("bff:", settings.Redis.KeyPrefix);
        var session = settings.Session;
        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromHours(12), TimeSpan.FromMinutes(15)),
            (session.IdleTimeout, session.Lifetime, session.LoginTimeout));
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5)), (session.RefreshBefore, session.MinimumRefreshInterval));
        Assert.Equal(("__Host-bff", "__Host-bff-login", SameSiteMode.Strict),
            (session.CookieName, session.LoginCookieName, session.SameSite));
        Assert.Equal((null, null), (settings.KeyRing.CertificatePath, settings.KeyRing.CertificatePassword));
        Assert.Equal(30, settings.RateLimit.LoginsPerMinute);
    }

    [Fact]
    public void Everything_that_is_missing_is_told_at_once()
    {
        var faults = FaultsOf([]);

        string[] required = ["Bff:PublicUrl", "Bff:SpaOrigins", "Oidc:Authority", "Oidc:ClientId", "Oidc:ClientSecret",
            "Redis:Configuration"];
        Assert.Equal(required, faults.Select(fault => fault.Split(' ')[0]));
        Assert.All(faults, fault => Assert.Contains(" is missing. ", fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Bff:PublicURI"), InlineData("Oidc:Authorty"), InlineData("Redis:Prefix"), InlineData("Session:Timeout")]
    [InlineData("DataProtection:Certificate")]
    [InlineData("RateLimit:Logins")]
    public void A_key_that_is_no_setting_is_named_with_those_that_are(string key)
    {
        var fault = Assert.Single(FaultsOf(With(key, Secret)));

        Assert.StartsWith($"{key} is not a setting. Those of {key.Split(':')[0]} are ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_of_all_sections_are_in_one_message_without_a_secret()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Bff:PublicUrl"] = "http://bff.example.com",
            ["Bff:SpaOrigins:0"] = "*",
            ["Bff:ManagementKey"] = Secret,
            ["Oidc:Authority"] = "x",
            ["Oidc:ClientSecret"] = Secret,
            ["Oidc:ClockSkew"] = "15",
            ["Redis:Configuration"] = $"redis://:{Secret}@localhost",
            ["Session:CookieName"] = "bff",
            ["RateLimit:LoginsPerMinute"] = "0",
            ["DataProtection:CertificatePath"] = "/nowhere",
            ["DataProtection:CertificatePassword"] = Secret,
            ["ReverseProxy:Routes:a:Match:Path"] = "/admin/{**x}",
            ["ReverseProxy:Routes:a:ClusterId"] = "none",
            ["ReverseProxy:Clusters:c:Destinations:d:Address"] = "nowhere",
        };

        var exception = Assert.Throws<SettingsException>(() => Read(settings));

        Assert.Equal(13, exception.Faults.Count);
        Assert.All(exception.Faults, fault => Assert.Contains("  - " + fault, exception.Message, StringComparison.Ordinal));
        Assert.Contains("13 setting(s)", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ReverseProxy:Routes:a:Match:Path", "/{**x}", "not under /api")]
    [InlineData("ReverseProxy:Routes:a:Match:Path", "/apiary/{**x}", "not under /api")]
    [InlineData("ReverseProxy:Routes:a:Match:Path", null, "not under /api")]
    [InlineData("ReverseProxy:Routes:a:Match:Path", "api/{**x}", "not under /api")]
    [InlineData("ReverseProxy:Routes:a:ClusterId", "other", "none of ReverseProxy:Clusters")]
    [InlineData("ReverseProxy:Routes:a:ClusterId", null, "none of ReverseProxy:Clusters")]
    [InlineData("ReverseProxy:Clusters:c:Destinations:d:Address", "api.example.com", "not an absolute http or https URL")]
    [InlineData("ReverseProxy:Clusters:c:Destinations:d:Address", "file:///etc", "not an absolute http or https URL")]
    public void A_route_that_would_lead_astray_is_refused(string key, string? value, string remedy)
    {
        var settings = new Dictionary<string, string?>(Usual)
        {
            ["ReverseProxy:Routes:a:Match:Path"] = "/api/{**x}",
            ["ReverseProxy:Routes:a:ClusterId"] = "c",
            ["ReverseProxy:Clusters:c:Destinations:d:Address"] = "https://api.example.com/",
        };
        Assert.Empty(FaultsOf(settings));
        if (value is null) settings.Remove(key);
        else settings[key] = value;

        var fault = Assert.Single(FaultsOf(settings));

        Assert.StartsWith(key, fault, StringComparison.Ordinal);
        Assert.Contains(remedy, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_written_as_a_text_is_no_list()
    {
        var settings = new Dictionary<string, string?>(Usual) { ["Bff:SpaOrigins"] = "https://app.example.com" };
        settings.Remove("Bff:SpaOrigins:0");

        Assert.StartsWith("Bff:SpaOrigins", Assert.Single(FaultsOf(settings)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_http_provider_in_a_private_network_needs_to_be_allowed()
    {
        var settings = With("Oidc:Authority", "http://user-pool:5002/local_pool");

        Assert.Single(FaultsOf(settings));
        Assert.Empty(FaultsOf(new(settings) { ["Oidc:AllowHttp"] = "true" }));
    }

    [Fact]
    public void A_secret_may_lie_in_a_file_of_its_own()
    {
        var folder = Directory.CreateTempSubdirectory("bff-secrets-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "Oidc__ClientSecret"), "from-a-file\n");
            File.WriteAllText(Path.Combine(folder.FullName, "Bff__SpaOrigins__1"), "https://admin.example.com\n");
            var settings = BffSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(Usual).AddKeyPerFile(folder.FullName).Build());

            Assert.Equal("from-a-file", settings.Oidc.ClientSecret);
            Assert.Equal(["https://app.example.com", "https://admin.example.com"], settings.Bff.SpaOrigins);
            Assert.Equal("/run/secrets", BffSettings.SecretsFolder);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
