using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FluentValidation;

namespace Bff.Storage;

/// <summary>How the Data Protection key ring in Redis is itself protected: section <c>DataProtection</c>.</summary>
internal sealed class KeyRingOptions
{
    public const string Section = "DataProtection";

    /// <summary>A PKCS#12 file with a private key that encrypts the key ring; without one, all who read Redis can read it.</summary>
    /// <value>None unless set.</value>
    public string? CertificatePath { get; set; }

    /// <summary>The file's password.</summary>
    /// <value>None unless set, for a file without one.</value>
    public string? CertificatePassword { get; set; }

    /// <summary>The PKCS#12 file before a change: keys that it encrypted stay readable.</summary>
    /// <value>None unless set.</value>
    public string? PreviousCertificatePath { get; set; }

    /// <summary>The password of <see cref="PreviousCertificatePath"/>.</summary>
    /// <value>None unless set, for a file without one.</value>
    public string? PreviousCertificatePassword { get; set; }

    public X509Certificate2? LoadCertificate() => Load(CertificatePath, CertificatePassword);

    public X509Certificate2? LoadPreviousCertificate() => Load(PreviousCertificatePath, PreviousCertificatePassword);

    private static X509Certificate2? Load(string? path, string? password) =>
        path is null ? null : X509CertificateLoader.LoadPkcs12FromFile(path, password);
}

internal sealed class KeyRingOptionsValidator : AbstractValidator<KeyRingOptions>
{
    public KeyRingOptionsValidator()
    {
        RuleFor(options => options.CertificatePath).Must((options, _) => CanLoad(options.LoadCertificate))
            .WithMessage(CannotOpen("DataProtection:Certificate"));
        RuleFor(options => options.PreviousCertificatePath).Must((options, _) => CanLoad(options.LoadPreviousCertificate))
            .WithMessage(CannotOpen("DataProtection:PreviousCertificate"));
    }

    private static string CannotOpen(string setting) =>
        $"{setting}Path '{{PropertyValue}}' cannot be opened as PKCS#12 with a private RSA key. "
        + $"Check the path, that the process may read it, and {setting}Password.";

    private static bool CanLoad(Func<X509Certificate2?> load)
    {
        try
        {
            using var certificate = load();
            // Data Protection encrypts with RSA only.
            using var key = certificate?.GetRSAPrivateKey();
            return certificate is null || key is not null;
        }
        catch (Exception exception) when (exception
            is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
