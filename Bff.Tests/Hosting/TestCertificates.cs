using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Bff.Tests.Hosting;

/// <summary>An authority of one test's own, and certificates of it: good ones, and bad ones of each kind.</summary>
internal sealed class TestCertificates : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly X509Certificate2 authority = Issue("CN=test authority", null, Now.AddYears(-1), Now.AddYears(1), null);

    public X509Certificate2 Authority => authority;

    public X509Certificate2 Good(string host) => Issue("CN=" + host, host, Now.AddDays(-1), Now.AddDays(1), authority);

    public X509Certificate2 Expired(string host) => Issue("CN=" + host, host, Now.AddDays(-10), Now.AddDays(-1), authority);

    public X509Certificate2 NotYetValid(string host) => Issue("CN=" + host, host, Now.AddDays(10), Now.AddDays(20), authority);

    public static X509Certificate2 SelfSigned(string host) => Issue("CN=" + host, host, Now.AddDays(-1), Now.AddDays(1), null);

    public void Dispose() => authority.Dispose();

    private static X509Certificate2 Issue(string subject, string? host, DateTimeOffset from, DateTimeOffset until, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: host is null,
            hasPathLengthConstraint: false, 0, critical: true));
        if (host is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(host);
            request.CertificateExtensions.Add(names.Build());
        }
        if (issuer is null) return request.CreateSelfSigned(from, until);
        using var certificate = request.Create(issuer, from, until, RandomNumberGenerator.GetBytes(8));
        using var withKey = certificate.CopyWithPrivateKey(key);
        // Kestrel needs it with a key that is not bound to this object.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }
}
