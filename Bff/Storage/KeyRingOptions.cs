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

    public X509Certificate2? LoadCertificate() =>
        CertificatePath is null ? null : X509CertificateLoader.LoadPkcs12FromFile(CertificatePath, CertificatePassword);
}

internal sealed class KeyRingOptionsValidator : AbstractValidator<KeyRingOptions>
{
    public KeyRingOptionsValidator()
    {
        RuleFor(options => options.CertificatePath).Must((options, _) => CanLoad(options))
            .When(options => options.CertificatePath is not null)
            .WithMessage("DataProtection:CertificatePath '{PropertyValue}' cannot be opened as PKCS#12 with a private key. Check the "
                + "path, that the process may read it, and DataProtection:CertificatePassword.");
    }

    private static bool CanLoad(KeyRingOptions options)
    {
        try
        {
            using var certificate = options.LoadCertificate();
            return certificate is { HasPrivateKey: true };
        }
        catch (Exception exception) when (exception
            is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
