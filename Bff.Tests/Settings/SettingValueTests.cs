using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Bff.Tests.Hosting;
using static Bff.Tests.Settings.GivenSettings;

namespace Bff.Tests.Settings;

/// <summary>Which value a setting takes, and what the BFF says of another.</summary>
[Row("OPS-01")]
public sealed class SettingValueTests
{
    [Theory]
    [InlineData("Bff:PublicUrl", "https://bff.example.com/"), InlineData("Bff:PublicUrl", "http://localhost:5000")]
    [InlineData("Bff:PublicUrl", "http://127.0.0.1:5000"), InlineData("Bff:PublicUrl", "http://[::1]:5000")]
    [InlineData("Bff:PublicUrl", "http://bff.localhost")]
    [InlineData("Bff:SpaOrigins:1", "http://localhost:5173"), InlineData("Bff:SpaOrigins:1", "https://xn--bcher-kva.example")]
    [InlineData("Bff:SignedOutUrl", "https://www.example.com/bye?x=1"), InlineData("Bff:SignedOutUrl", "http://localhost/bye")]
    [InlineData("Bff:ManagementPort", "65535"), InlineData("Bff:ManagementKey", "0123456789abcdef"), InlineData("Bff:Swagger", "False")]
    [InlineData("Bff:KnownProxies:0", "10.0.0.7"), InlineData("Bff:KnownProxies:0", "10.0.0.0/8")]
    [InlineData("Bff:KnownProxies:0", "fd00::/8")]
    [InlineData("Oidc:Authority", "http://localhost:5002/local_pool"), InlineData("Oidc:ClientAuthentication", "client_secret_basic")]
    [InlineData("Oidc:Scope", "openid"), InlineData("Oidc:Scope", "email openid"), InlineData("Oidc:Provider", "oidc")]
    [InlineData("Oidc:SigningAlgorithms:0", "ES256")]
    [InlineData("Oidc:BackchannelTimeout", "00:00:01"), InlineData("Oidc:ClockSkew", "00:00:00"), InlineData("Oidc:ClockSkew", "00:05:00")]
    [InlineData("Redis:Configuration", "localhost")]
    [InlineData("Redis:Configuration", "a:1,b:2,serviceName=primary,user=u,password=p,ssl=true,abortConnect=true")]
    [InlineData("Redis:KeyPrefix", "my_bff-1.x:")]
    [InlineData("Session:IdleTimeout", "12:00:00"), InlineData("Session:Lifetime", "30.00:00:00")]
    [InlineData("Session:Lifetime", "1.00:00:00")]
    [InlineData("Session:LoginTimeout", "00:01:00"), InlineData("Session:RefreshBefore", "00:00:00")]
    [InlineData("Session:MinimumRefreshInterval", "00:00:00")]
    [InlineData("Session:CookieName", "__Host-my_app-1"), InlineData("Session:SameSite", "Lax")]
    [InlineData("RateLimit:LoginsPerMinute", "1"), InlineData("bff:swagger", "true")]
    public void A_value_is_taken(string key, string value) => Assert.Empty(FaultsOf(With(key, value)));

    [Theory]
    [InlineData("Bff:PublicUrl", "bff.example.com", "is not an origin")]
    [InlineData("Bff:PublicUrl", "https://bff.example.com/bff", "without a path")]
    [InlineData("Bff:PublicUrl", "https://BFF.example.com", "in lower case")]
    [InlineData("Bff:PublicUrl", "https://bff.example.com:443", "is not an origin")]
    [InlineData("Bff:PublicUrl", "https://user@bff.example.com", "is not an origin")]
    [InlineData("Bff:PublicUrl", "http://bff.example.com", "must be https")]
    [InlineData("Bff:PublicUrl", "http://localhost.example.com", "must be https")]
    [InlineData("Bff:PublicUrl", "ftp://bff.example.com", "is not an origin")]
    [InlineData("Bff:SpaOrigins:0", "https://app.example.com/", "no slash at the end")]
    [InlineData("Bff:SpaOrigins:0", "*", "not an exact origin")]
    [InlineData("Bff:SpaOrigins:0", "https://*.example.com", "not an exact origin")]
    [InlineData("Bff:SpaOrigins:0", "null", "not an exact origin")]
    [InlineData("Bff:SpaOrigins:0", "", "not an exact origin"), InlineData("Bff:SpaOrigins:0", "http://app.example.com", "must be https")]
    [InlineData("Bff:SpaOrigins:0", "https://bücher.example", "not an exact origin")]
    [InlineData("Bff:SignedOutUrl", "/bye", "absolute https URL")]
    [InlineData("Bff:SignedOutUrl", "http://www.example.com/", "absolute https URL")]
    [InlineData("Bff:SignedOutUrl", "javascript:alert(1)", "absolute https URL")]
    [InlineData("Bff:ManagementPort", "0", "between 1 and 65535"), InlineData("Bff:ManagementPort", "65536", "between 1 and 65535")]
    [InlineData("Bff:ManagementPort", "many", "not a whole number")]
    [InlineData("Bff:ManagementKey", "short", "openssl rand"), InlineData("Bff:Swagger", "yes", "neither true nor false")]
    [InlineData("Bff:Swagger", "1", "neither true nor false"), InlineData("Bff:KnownProxies:0", "proxy.example.com", "neither an address")]
    [InlineData("Bff:KnownProxies:0", "10.0.0.0/33", "neither an address")]
    [InlineData("Oidc:Authority", "cognito", "absolute https URL")]
    [InlineData("Oidc:Authority", "https://pool.example.com?x=1", "without query")]
    [InlineData("Oidc:Authority", "http://pool.example.com", "Oidc:AllowHttp=true")]
    [InlineData("Oidc:AllowHttp", "perhaps", "neither true nor false")]
    [InlineData("Oidc:ClientAuthentication", "private_key_jwt", "client_secret_post")]
    [InlineData("Oidc:ClientAuthentication", "1", "client_secret_post")]
    [InlineData("Oidc:Scope", "email", "must contain openid"), InlineData("Oidc:Scope", "openidx", "must contain openid")]
    [InlineData("Oidc:Provider", "azure", "cognito"), InlineData("Oidc:Provider", "7", "cognito")]
    [InlineData("Oidc:Provider", "1", "cognito")]
    [InlineData("Oidc:SigningAlgorithms:0", "none", "is not one of RS256")]
    [InlineData("Oidc:SigningAlgorithms:0", "HS256", "is not one of RS256")]
    [InlineData("Oidc:SigningAlgorithms:0", "rs256", "is not one of RS256")]
    [InlineData("Oidc:BackchannelTimeout", "00:00:00.5", "between 00:00:01")]
    [InlineData("Oidc:BackchannelTimeout", "00:01:01", "between 00:00:01")]
    [InlineData("Oidc:BackchannelTimeout", "-00:00:10", "between 00:00:01")]
    [InlineData("Oidc:ClockSkew", "00:05:01", "between 00:00:00")]
    [InlineData("Redis:Configuration", "redis://localhost:6379", "redis:// URLs are not")]
    [InlineData("Redis:Configuration", "localhost,nonsense=1", "not a StackExchange.Redis connection string")]
    [InlineData("Redis:Configuration", "password=x", "not a StackExchange.Redis connection string")]
    [InlineData("Redis:KeyPrefix", "{bff}", "1 to 32 characters"), InlineData("Redis:KeyPrefix", "bff\n", "1 to 32 characters")]
    [InlineData("Session:IdleTimeout", "00:00:59", "at least 00:01:00")]
    [InlineData("Session:IdleTimeout", "12:00:01", "at most Session:Lifetime")]
    [InlineData("Session:Lifetime", "30.00:00:01", "30.00:00:00"), InlineData("Session:LoginTimeout", "01:00:01", "01:00:00")]
    [InlineData("Session:RefreshBefore", "-00:00:01", "00:00:00"), InlineData("Session:MinimumRefreshInterval", "01:00:01", "01:00:00")]
    [InlineData("Session:CookieName", "bff", "must start with __Host-")]
    [InlineData("Session:CookieName", "__Host-", "must start with __Host-")]
    [InlineData("Session:CookieName", "__host-bff", "must start with __Host-")]
    [InlineData("Session:CookieName", "__Host-b f", "must start with __Host-")]
    [InlineData("Session:CookieName", "__Host-bff\n", "must start with __Host-"), InlineData("Session:SameSite", "None", "Strict or Lax")]
    [InlineData("Session:SameSite", "Unspecified", "Strict or Lax"), InlineData("Session:SameSite", "2", "Strict")]
    [InlineData("Session:SameSite", "strictly", "Strict")]
    [InlineData("RateLimit:LoginsPerMinute", "0", "between 1 and"), InlineData("RateLimit:LoginsPerMinute", "1.5", "not a whole number")]
    [InlineData("DataProtection:CertificatePath", "/nowhere/at/all.pfx", "Check the path")]
    [InlineData("DataProtection:PreviousCertificatePath", "/nowhere/at/all.pfx", "DataProtection:PreviousCertificatePassword")]
    [InlineData("Bff:PreviousManagementKey", "0123456789abcdef", "without Bff:ManagementKey")]
    public void A_value_is_refused_with_its_name_and_the_remedy(string key, string value, string remedy)
    {
        var fault = Assert.Single(FaultsOf(With(key, value)));

        Assert.StartsWith(key.StartsWith("Bff:SpaOrigins", StringComparison.Ordinal) ? "Bff:SpaOrigins" : key, fault,
            StringComparison.Ordinal);
        Assert.Contains(remedy, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bff:ManagementPort"), InlineData("Bff:ManagementKey"), InlineData("Redis:KeyPrefix")]
    [InlineData("Session:LoginTimeout"), InlineData("Oidc:Provider")]
    [InlineData("DataProtection:CertificatePath"), InlineData("DataProtection:PreviousCertificatePath")]
    [InlineData("Bff:PreviousManagementKey")]
    public void An_empty_value_is_no_value(string key) => Assert.Empty(FaultsOf(With(key, "")));

    [Fact]
    public void A_certificate_without_an_RSA_key_is_a_fault()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=key ring", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12));

            Assert.Contains("a private RSA key", Assert.Single(FaultsOf(With("DataProtection:CertificatePath", path))),
                StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("15"), InlineData("15m"), InlineData("PT15M"), InlineData(" "), InlineData("fifteen"), InlineData("00:15")]
    [InlineData("24:00:00")]
    [InlineData("00:60:00"), InlineData("1:2:3:4"), InlineData("00:15:00 ")]
    public void What_could_be_taken_for_another_time_is_none(string value)
    {
        var fault = Assert.Single(FaultsOf(With("Session:LoginTimeout", value)));

        Assert.StartsWith("Session:LoginTimeout is '", fault, StringComparison.Ordinal);
        Assert.Contains("hh:mm:ss", fault, StringComparison.Ordinal);
    }
}
