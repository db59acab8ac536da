using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Bff.Oidc;
using Bff.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;

namespace Bff.Tests.Oidc;

/// <summary>
/// A provider whose certificate is not in order is not trusted. The BFF of these tests trusts one authority besides the machine's,
/// so that each certificate has one fault alone.
/// </summary>
[Row("KEY-06")]
public sealed class ProviderCertificateTests(SharedRedis redis)
{
    private const string Host = "127.0.0.1";

    private static readonly Dictionary<string, Func<TestCertificates, X509Certificate2>> Bad = new()
    {
        ["self-signed"] = _ => TestCertificates.SelfSigned(Host),
        ["expired"] = own => own.Expired(Host),
        ["not yet valid"] = own => own.NotYetValid(Host),
        ["another host's"] = own => own.Good("login.example.com"),
        ["another address's"] = own => own.Good("127.0.0.2"),
        ["of an unknown authority"] = _ =>
        {
            using var unknown = new TestCertificates();
            return unknown.Good(Host);
        },
    };

    public static TheoryData<string> Rows => [.. Bad.Keys];

    [Fact]
    public async Task A_provider_with_a_good_certificate_is_used()
    {
        using var certificates = new TestCertificates();
        await using var provider = await TestProvider.StartAsync(certificate: certificates.Good(Host));
        await using var system = await StartAsync(provider, certificates);

        Assert.Equal(system.Spa.AbsoluteUri, await SignInAsync(system, certificates));
    }

    [Theory, MemberData(nameof(Rows))]
    public async Task A_provider_with_a_bad_certificate_is_not_even_asked(string row)
    {
        using var certificates = new TestCertificates();
        await using var provider = await TestProvider.StartAsync(certificate: Bad[row](certificates));
        await using var system = await StartAsync(provider, certificates);

        Assert.Equal("ServiceUnavailable", await SignInAsync(system, certificates));

        Assert.Empty(provider.Requests);
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":signin", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Rows))]
    public async Task Keys_from_behind_a_bad_certificate_are_none(string row)
    {
        using var certificates = new TestCertificates();
        await using var bad = await TestProvider.StartAsync(certificate: Bad[row](certificates));
        await using var provider = await TestProvider.StartAsync(certificate: certificates.Good(Host));
        provider.Metadata["jwks_uri"] = bad.Origin + TestProvider.Jwks;
        await using var system = await StartAsync(provider, certificates);

        Assert.Equal("ServiceUnavailable", await SignInAsync(system, certificates));

        Assert.Empty(bad.Requests);
    }

    [Theory, MemberData(nameof(Rows))]
    public async Task No_code_and_no_secret_is_sent_behind_a_bad_certificate(string row)
    {
        using var certificates = new TestCertificates();
        await using var bad = await TestProvider.StartAsync(certificate: Bad[row](certificates));
        await using var provider = await TestProvider.StartAsync(certificate: certificates.Good(Host));
        provider.Metadata["token_endpoint"] = bad.Origin + TestProvider.Token;
        await using var system = await StartAsync(provider, certificates);

        Assert.Equal(system.Spa + "?login_error=provider_unavailable", await SignInAsync(system, certificates));

        Assert.Empty(bad.Requests);
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("authorization_endpoint"), InlineData("token_endpoint"), InlineData("jwks_uri"), InlineData("revocation_endpoint")]
    [InlineData("end_session_endpoint")]
    public async Task An_https_provider_that_names_an_http_endpoint_begins_no_sign_in(string endpoint)
    {
        using var certificates = new TestCertificates();
        await using var plain = await TestProvider.StartAsync();
        await using var provider = await TestProvider.StartAsync(certificate: certificates.Good(Host));
        provider.Metadata[endpoint] = plain.Metadata[endpoint]!.DeepClone();
        await using var system = await StartAsync(provider, certificates, ("Oidc:AllowHttp", "true"));

        Assert.Equal("ServiceUnavailable", await SignInAsync(system, certificates));

        Assert.Empty(plain.Requests);
    }

    private async Task<BffSystem> StartAsync(TestProvider provider, TestCertificates trusted, params (string Key, string Value)[] settings)
    {
        // After the program has made its handler: everything about it stays but whom it trusts.
        var system = await BffSystem.StartAsync(redis, [.. provider.Settings, .. settings], bff: builder =>
            builder.Services.PostConfigure<HttpClientFactoryOptions>(ProviderHttp.ClientName, options =>
            options.HttpMessageHandlerBuilderActions.Add(handler =>
                ((SocketsHttpHandler)handler.PrimaryHandler).SslOptions = Trusting(trusted))));
        provider.Time = system.Time;
        return system;
    }

    private static SslClientAuthenticationOptions Trusting(TestCertificates trusted) => new()
    {
        CertificateChainPolicy =
            new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { trusted.Authority },
                RevocationMode = X509RevocationMode.NoCheck
            },
    };

    /// <summary>Where the sign-in led, or the status that ended it.</summary>
    private static async Task<string> SignInAsync(BffSystem system, TestCertificates trusted)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            SslOptions = Trusting(trusted)
        });
        using var login = await client.GetAsync(new Uri(system.Url, "/login"));
        if (login.StatusCode != HttpStatusCode.Found) return login.StatusCode.ToString();
        using var authorized = await client.GetAsync(login.Headers.Location);
        using var callback = new HttpRequestMessage(HttpMethod.Get, authorized.Headers.Location);
        callback.Headers.Add("Cookie", login.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        using var answer = await client.SendAsync(callback);
        return answer.Headers.Location!.AbsoluteUri;
    }
}
