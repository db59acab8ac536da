using System.Buffers.Text;
using System.Security.Cryptography;
using Bff.Sessions;
using Bff.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace Bff.SignIn;

/// <summary>
/// Binds sign-ins to the browser that began them: 32 secret bytes under Data Protection. One secret serves all tabs of a browser, so
/// cookies do not pile up. Lax, because a Strict cookie is not sent on the way back from the provider's site.
/// </summary>
internal sealed class LoginCookie(IDataProtectionProvider protection, SessionOptions options)
{
    private const int SecretLength = 32;

    /// <summary>A genuine cookie has about 180 characters; more is not even decoded.</summary>
    private const int MaximumLength = 512;

    private readonly IDataProtector protector = protection.CreateProtector("login cookie");
    private readonly HostCookie cookie = new(options.LoginCookieName, SameSiteMode.Lax, options.LoginTimeout);

    /// <summary>The browser's secret; null when it has none.</summary>
    /// <exception cref="StoreUnavailableException">The key ring could not be read.</exception>
    public byte[]? Read(HttpRequest request)
    {
        if (cookie.Read(request) is not { Length: > 0 and <= MaximumLength } text || !Base64Url.IsValid(text)) return null;
        try
        {
            var secret = protector.Unprotect(Base64Url.DecodeFromChars(text));
            return secret.Length == SecretLength ? secret : null;
        }
        // Data Protection reports a key ring that cannot be read like a forged cookie.
        catch (CryptographicException exception)
        {
            return StoreFault(exception) is { } fault ? throw fault : null;
        }
    }

    /// <summary>The browser's secret; a new one if it has none. Its cookie is renewed for another login timeout.</summary>
    /// <exception cref="StoreUnavailableException">The key ring could not be read.</exception>
    public byte[] ReadOrCreate(HttpContext context)
    {
        var secret = Read(context.Request) ?? RandomNumberGenerator.GetBytes(SecretLength);
        try
        {
            cookie.Append(context.Response, Base64Url.EncodeToString(protector.Protect(secret)));
        }
        catch (CryptographicException exception) when (StoreFault(exception) is { } fault)
        {
            throw fault;
        }
        return secret;
    }

    private static StoreUnavailableException? StoreFault(Exception exception) => exception.InnerException switch
    {
        null => null,
        var inner when RedisConnection.IsFault(inner) => new StoreUnavailableException("The key ring could not be read.", inner),
        var inner => StoreFault(inner),
    };
}
