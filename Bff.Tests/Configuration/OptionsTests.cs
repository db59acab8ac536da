using Bff.Configuration;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Bff.Tests.Configuration;

/// <summary>Which settings the BFF starts with, and what it says of those it does not.</summary>
[Row("OPS-01")]
public sealed class OptionsTests
{
    private const string Secret = "canary-secret";

    private static readonly Dictionary<string, string?> Usual = new()
    {
        ["Bff:PublicUrl"] = "https://bff.example.com",
        ["Bff:SpaOrigins:0"] = "https://app.example.com",
        ["Oidc:Authority"] = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123",
        ["Oidc:ClientId"] = "the-client",
        ["Oidc:ClientSecret"] = Secret,
        ["Redis:Configuration"] = "redis.example.com:6380,ssl=true,password=" + Secret,
    };

    /// <summary>The table of the settings in the contract.</summary>
    [Fact]
    public void What_is_not_set_has_the_documented_value()
    {
        var settings = Read();

        Assert.Equal(("https://app.example.com/", 9090, null, true, 0), (settings.Bff.SignedOut, settings.Bff.ManagementPort, settings.Bff.ManagementKey, settings.Bff.Swagger, settings.Bff.KnownProxies.Length));
        Assert.Equal("https://bff.example.com/callback", settings.Bff.RedirectUri);
        var oidc = settings.Oidc;
        Assert.Equal((false, "client_secret_post", "openid email phone", "auto"), (oidc.AllowHttp, $"{oidc.ClientAuthentication}", oidc.Scope, $"{oidc.Provider}"));
        Assert.Equal(["RS256"], oidc.AcceptedAlgorithms);
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1)), (oidc.BackchannelTimeout, oidc.ClockSkew));
        Assert.Equal((20, 40), (oidc.MaxConcurrentRefreshes, oidc.RefreshesPerSecond));
        Assert.Equal("bff:", settings.Redis.KeyPrefix);
        var session = settings.Session;
        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromHours(12), TimeSpan.FromMinutes(15)), (session.IdleTimeout, session.Lifetime, session.LoginTimeout));
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5)), (session.RefreshBefore, session.MinimumRefreshInterval));
        Assert.Equal(("__Host-bff", "__Host-bff-login", SameSiteMode.Strict), (session.CookieName, session.LoginCookieName, session.SameSite));
        Assert.Equal((null, null), (settings.KeyRing.CertificatePath, settings.KeyRing.CertificatePassword));
        Assert.Equal(30, settings.RateLimit.LoginsPerMinute);
    }

    [Fact]
    public void Everything_that_is_missing_is_told_at_once()
    {
        var faults = FaultsOf([]);

        string[] required = ["Bff:PublicUrl", "Bff:SpaOrigins", "Oidc:Authority", "Oidc:ClientId", "Oidc:ClientSecret", "Redis:Configuration"];
        Assert.Equal(required, faults.Select(fault => fault.Split(' ')[0]));
        Assert.All(faults, fault => Assert.Contains(" is missing. ", fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Bff:PublicUrl", "https://bff.example.com/"), InlineData("Bff:PublicUrl", "http://localhost:5000")]
    [InlineData("Bff:PublicUrl", "http://127.0.0.1:5000"), InlineData("Bff:PublicUrl", "http://[::1]:5000"), InlineData("Bff:PublicUrl", "http://bff.localhost")]
    [InlineData("Bff:SpaOrigins:1", "http://localhost:5173"), InlineData("Bff:SpaOrigins:1", "https://xn--bcher-kva.example")]
    [InlineData("Bff:SignedOutUrl", "https://www.example.com/bye?x=1"), InlineData("Bff:SignedOutUrl", "http://localhost/bye")]
    [InlineData("Bff:ManagementPort", "65535"), InlineData("Bff:ManagementKey", "0123456789abcdef"), InlineData("Bff:Swagger", "False")]
    [InlineData("Bff:KnownProxies:0", "10.0.0.7"), InlineData("Bff:KnownProxies:0", "10.0.0.0/8"), InlineData("Bff:KnownProxies:0", "fd00::/8")]
    [InlineData("Oidc:Authority", "http://localhost:5002/local_pool"), InlineData("Oidc:ClientAuthentication", "client_secret_basic")]
    [InlineData("Oidc:Scope", "openid"), InlineData("Oidc:Scope", "email openid"), InlineData("Oidc:Provider", "oidc")]
    [InlineData("Oidc:SigningAlgorithms:0", "ES256")]
    [InlineData("Oidc:BackchannelTimeout", "00:00:01"), InlineData("Oidc:ClockSkew", "00:00:00"), InlineData("Oidc:ClockSkew", "00:05:00")]
    [InlineData("Oidc:MaxConcurrentRefreshes", "1"), InlineData("Oidc:MaxConcurrentRefreshes", "1000"), InlineData("Oidc:RefreshesPerSecond", "1"), InlineData("Oidc:RefreshesPerSecond", "1000")]
    [InlineData("Redis:Configuration", "localhost"), InlineData("Redis:Configuration", "a:1,b:2,serviceName=primary,user=u,password=p,ssl=true,abortConnect=true")]
    [InlineData("Redis:KeyPrefix", "my_bff-1.x:")]
    [InlineData("Session:IdleTimeout", "12:00:00"), InlineData("Session:Lifetime", "30.00:00:00"), InlineData("Session:Lifetime", "1.00:00:00")]
    [InlineData("Session:LoginTimeout", "00:01:00"), InlineData("Session:RefreshBefore", "00:00:00"), InlineData("Session:MinimumRefreshInterval", "00:00:00")]
    [InlineData("Session:CookieName", "__Host-my_app-1"), InlineData("Session:SameSite", "Lax")]
    [InlineData("RateLimit:LoginsPerMinute", "1"), InlineData("bff:swagger", "true")]
    public void A_value_is_taken(string key, string value) => Assert.Empty(FaultsOf(With(key, value)));

    [Theory]
    [InlineData("Bff:PublicUrl", "bff.example.com", "is not an origin"), InlineData("Bff:PublicUrl", "https://bff.example.com/bff", "without a path")]
    [InlineData("Bff:PublicUrl", "https://BFF.example.com", "in lower case"), InlineData("Bff:PublicUrl", "https://bff.example.com:443", "is not an origin")]
    [InlineData("Bff:PublicUrl", "https://user@bff.example.com", "is not an origin"), InlineData("Bff:PublicUrl", "http://bff.example.com", "must be https")]
    [InlineData("Bff:PublicUrl", "http://localhost.example.com", "must be https"), InlineData("Bff:PublicUrl", "ftp://bff.example.com", "is not an origin")]
    [InlineData("Bff:SpaOrigins:0", "https://app.example.com/", "no slash at the end"), InlineData("Bff:SpaOrigins:0", "*", "not an exact origin")]
    [InlineData("Bff:SpaOrigins:0", "https://*.example.com", "not an exact origin"), InlineData("Bff:SpaOrigins:0", "null", "not an exact origin")]
    [InlineData("Bff:SpaOrigins:0", "", "not an exact origin"), InlineData("Bff:SpaOrigins:0", "http://app.example.com", "must be https")]
    [InlineData("Bff:SpaOrigins:0", "https://bücher.example", "not an exact origin")]
    [InlineData("Bff:SignedOutUrl", "/bye", "absolute https URL"), InlineData("Bff:SignedOutUrl", "http://www.example.com/", "absolute https URL")]
    [InlineData("Bff:SignedOutUrl", "javascript:alert(1)", "absolute https URL")]
    [InlineData("Bff:ManagementPort", "0", "between 1 and 65535"), InlineData("Bff:ManagementPort", "65536", "between 1 and 65535")]
    [InlineData("Bff:ManagementPort", "many", "not a whole number")]
    [InlineData("Bff:ManagementKey", "short", "openssl rand"), InlineData("Bff:Swagger", "yes", "neither true nor false")]
    [InlineData("Bff:Swagger", "1", "neither true nor false"), InlineData("Bff:KnownProxies:0", "proxy.example.com", "neither an address")]
    [InlineData("Bff:KnownProxies:0", "10.0.0.0/33", "neither an address")]
    [InlineData("Oidc:Authority", "cognito", "absolute https URL"), InlineData("Oidc:Authority", "https://pool.example.com?x=1", "without query")]
    [InlineData("Oidc:Authority", "http://pool.example.com", "Oidc:AllowHttp=true"), InlineData("Oidc:AllowHttp", "perhaps", "neither true nor false")]
    [InlineData("Oidc:ClientAuthentication", "private_key_jwt", "client_secret_post"), InlineData("Oidc:ClientAuthentication", "1", "client_secret_post")]
    [InlineData("Oidc:Scope", "email", "must contain openid"), InlineData("Oidc:Scope", "openidx", "must contain openid")]
    [InlineData("Oidc:Provider", "azure", "cognito"), InlineData("Oidc:Provider", "7", "cognito"), InlineData("Oidc:Provider", "1", "cognito")]
    [InlineData("Oidc:SigningAlgorithms:0", "none", "is not one of RS256"), InlineData("Oidc:SigningAlgorithms:0", "HS256", "is not one of RS256")]
    [InlineData("Oidc:SigningAlgorithms:0", "rs256", "is not one of RS256"), InlineData("Oidc:BackchannelTimeout", "00:00:00.5", "between 00:00:01")]
    [InlineData("Oidc:BackchannelTimeout", "00:01:01", "between 00:00:01"), InlineData("Oidc:BackchannelTimeout", "-00:00:10", "between 00:00:01")]
    [InlineData("Oidc:ClockSkew", "00:05:01", "between 00:00:00")]
    [InlineData("Oidc:MaxConcurrentRefreshes", "0", "between 1 and 1000"), InlineData("Oidc:MaxConcurrentRefreshes", "1001", "between 1 and 1000")]
    [InlineData("Oidc:RefreshesPerSecond", "0", "between 1 and 1000"), InlineData("Oidc:RefreshesPerSecond", "1001", "120 a second")]
    [InlineData("Redis:Configuration", "redis://localhost:6379", "redis:// URLs are not")]
    [InlineData("Redis:Configuration", "localhost,nonsense=1", "not a StackExchange.Redis connection string")]
    [InlineData("Redis:Configuration", "password=x", "not a StackExchange.Redis connection string")]
    [InlineData("Redis:KeyPrefix", "{bff}", "1 to 32 characters"), InlineData("Redis:KeyPrefix", "bff\n", "1 to 32 characters")]
    [InlineData("Session:IdleTimeout", "00:00:59", "at least 00:01:00"), InlineData("Session:IdleTimeout", "12:00:01", "at most Session:Lifetime")]
    [InlineData("Session:Lifetime", "30.00:00:01", "30.00:00:00"), InlineData("Session:LoginTimeout", "01:00:01", "01:00:00")]
    [InlineData("Session:RefreshBefore", "-00:00:01", "00:00:00"), InlineData("Session:MinimumRefreshInterval", "01:00:01", "01:00:00")]
    [InlineData("Session:CookieName", "bff", "must start with __Host-"), InlineData("Session:CookieName", "__Host-", "must start with __Host-")]
    [InlineData("Session:CookieName", "__host-bff", "must start with __Host-"), InlineData("Session:CookieName", "__Host-b f", "must start with __Host-")]
    [InlineData("Session:CookieName", "__Host-bff\n", "must start with __Host-"), InlineData("Session:SameSite", "None", "Strict or Lax")]
    [InlineData("Session:SameSite", "Unspecified", "Strict or Lax"), InlineData("Session:SameSite", "2", "Strict")]
    [InlineData("Session:SameSite", "strictly", "Strict")]
    [InlineData("RateLimit:LoginsPerMinute", "0", "between 1 and"), InlineData("RateLimit:LoginsPerMinute", "1.5", "not a whole number")]
    [InlineData("DataProtection:CertificatePath", "/nowhere/at/all.pfx", "Check the path")]
    public void A_value_is_refused_with_its_name_and_the_remedy(string key, string value, string remedy)
    {
        var fault = Assert.Single(FaultsOf(With(key, value)));

        Assert.StartsWith(key.StartsWith("Bff:SpaOrigins", StringComparison.Ordinal) ? "Bff:SpaOrigins" : key, fault, StringComparison.Ordinal);
        Assert.Contains(remedy, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bff:ManagementPort"), InlineData("Bff:ManagementKey"), InlineData("Redis:KeyPrefix"), InlineData("Session:LoginTimeout"), InlineData("Oidc:Provider")]
    [InlineData("DataProtection:CertificatePath")]
    public void An_empty_value_is_no_value(string key) => Assert.Empty(FaultsOf(With(key, "")));

    [Theory]
    [InlineData("15"), InlineData("15m"), InlineData("PT15M"), InlineData(" "), InlineData("fifteen"), InlineData("00:15"), InlineData("24:00:00")]
    [InlineData("00:60:00"), InlineData("1:2:3:4"), InlineData("00:15:00 ")]
    public void What_could_be_taken_for_another_time_is_none(string value)
    {
        var fault = Assert.Single(FaultsOf(With("Session:LoginTimeout", value)));

        Assert.StartsWith("Session:LoginTimeout is '", fault, StringComparison.Ordinal);
        Assert.Contains("hh:mm:ss", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bff:PublicURI"), InlineData("Oidc:Authorty"), InlineData("Redis:Prefix"), InlineData("Session:Timeout"), InlineData("DataProtection:Certificate")]
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
    [InlineData("ReverseProxy:Routes:a:Match:Path", "/{**x}", "not under /api"), InlineData("ReverseProxy:Routes:a:Match:Path", "/apiary/{**x}", "not under /api")]
    [InlineData("ReverseProxy:Routes:a:Match:Path", null, "not under /api"), InlineData("ReverseProxy:Routes:a:Match:Path", "api/{**x}", "not under /api")]
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
            var settings = Settings.Read(new ConfigurationBuilder().AddInMemoryCollection(Usual).AddKeyPerFile(folder.FullName).Build());

            Assert.Equal("from-a-file", settings.Oidc.ClientSecret);
            Assert.Equal(["https://app.example.com", "https://admin.example.com"], settings.Bff.SpaOrigins);
            Assert.Equal("/run/secrets", Settings.SecretsFolder);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Dictionary<string, string?> With(string key, string? value) => new(Usual, StringComparer.OrdinalIgnoreCase) { [key] = value };

    private static Settings Read(Dictionary<string, string?>? settings = null) => Settings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings ?? Usual).Build());

    private static IReadOnlyList<string> FaultsOf(Dictionary<string, string?> settings)
    {
        try
        {
            Read(settings);
            return [];
        }
        catch (SettingsException exception)
        {
            return exception.Faults;
        }
    }
}
