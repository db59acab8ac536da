using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Bff.Tests.Hosting;
using static Bff.Tests.Oidc.AuthorityFaultTests;

namespace Bff.Tests.Oidc;

/// <summary>What the log says about an Oidc:Authority to which no connection can be made.</summary>
public sealed class AuthorityConnectionTests
{
    private static readonly Dictionary<string, (Func<TestCertificates, X509Certificate2> Make, string Expected)> Certificates = new()
    {
        ["self-signed"] = (_ => TestCertificates.SelfSigned("127.0.0.1"), "UntrustedRoot"),
        ["expired"] = (own => own.Expired("127.0.0.1"), "NotTimeValid"),
        ["another host's"] = (own => own.Good("login.example.com"), "RemoteCertificateNameMismatch"),
    };

    public static TheoryData<string> CertificateRows => [.. Certificates.Keys];

    [Theory, MemberData(nameof(CertificateRows))]
    public async Task A_certificate_that_is_refused_is_named_with_what_is_wrong_with_it(string row)
    {
        using var certificates = new TestCertificates();
        await using var provider = await TestProvider.StartAsync(certificate: Certificates[row].Make(certificates));

        var line = await AtAsync(provider.Issuer);

        Assert.Contains("the TLS certificate was refused", line, StringComparison.Ordinal);
        Assert.Contains(Certificates[row].Expected, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_https_URL_of_an_http_port_is_named_in_plain_words()
    {
        await using var provider = await TestProvider.StartAsync();

        Assert.Contains(
            "The port may speak http, not https.", await AtAsync(provider.Issuer.Replace("http:", "https:", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_http_URL_of_an_https_port_is_named_in_plain_words()
    {
        using var certificates = new TestCertificates();
        await using var provider = await TestProvider.StartAsync(certificate: certificates.Good("127.0.0.1"));

        Assert.Contains(
            "as a port that speaks https does when it receives http",
            await AtAsync(provider.Issuer.Replace("https:", "http:", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https", "SSH-2.0-OpenSSH_9.2\r\n", "The port may speak http, not https.")]
    [InlineData("http", "SSH-2.0-OpenSSH_9.2\r\n", "closed without an HTTP response")]
    [InlineData("http", "\u0015\u0003\u0001\0\u0002\u0002F", "closed without an HTTP response")]
    public async Task A_port_of_another_protocol_is_named_in_plain_words(string scheme, string greeting, string expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync();
                await socket.SendAsync(System.Text.Encoding.Latin1.GetBytes(greeting));
                await socket.ReceiveAsync(new byte[1000]);
            }
        }, TestContext.Current.CancellationToken);

        Assert.Contains(
            expected, await AtAsync($"{scheme}://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/issuer"), StringComparison.Ordinal);

        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
    }

    [Fact]
    public async Task A_host_that_does_not_exist_and_a_port_that_is_closed_are_named()
    {
        Assert.Contains(
            "the host name could not be resolved", await AtAsync("https://no-such-host.invalid/issuer"), StringComparison.Ordinal);
        var port = FreePort.Next();
        Assert.Contains(
            $"no connection could be made: Connection refused (127.0.0.1:{port})", await AtAsync($"https://127.0.0.1:{port}/issuer"),
            StringComparison.Ordinal);
    }

    private static async Task<string> AtAsync(string authority)
    {
        await using var party = await RelyingParty.StartAsync(options => options.Authority = authority);

        Assert.Null(await party.MetadataAsync());

        var line = Line(party);
        Assert.Contains(authority + "/.well-known/openid-configuration", line, StringComparison.Ordinal);
        Assert.Contains(Rule, line, StringComparison.Ordinal);
        return line;
    }
}
