using System.Buffers.Text;
using System.Security.Cryptography;
using Bff.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace Bff.Sessions;

/// <summary>
/// A <c>__Host-</c> cookie that carries 32 secret bytes under Data Protection, so that a forged or garbled one never
/// reaches Redis and revoking the key ring ends them all.
/// </summary>
internal sealed class ProtectedCookie(IDataProtector protector, string name, SameSiteMode sameSite, TimeSpan? maxAge)
{
    /// <summary>A genuine cookie has about 180 characters; more is not even decoded.</summary>
    private const int MaximumLength = 512;

    public byte[]? Read(HttpRequest request)
    {
        if (Find(request) is not { Length: > 0 and <= MaximumLength } text || !Base64Url.IsValid(text)) return null;
        try
        {
            var secret = protector.Unprotect(Base64Url.DecodeFromChars(text));
            return secret.Length == SessionId.Length ? secret : null;
        }
        // Data Protection reports a key ring that cannot be read like a forged cookie; "signed out" would be a lie then.
        catch (CryptographicException exception) when (StoreFault(exception) is { } fault)
        {
            throw fault;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public void Append(HttpResponse response, byte[] secret)
    {
        string text;
        try
        {
            text = Base64Url.EncodeToString(protector.Protect(secret));
        }
        catch (CryptographicException exception) when (StoreFault(exception) is { } fault)
        {
            throw fault;
        }
        response.Cookies.Append(name, text, Attributes(maxAge));
    }

    // Browsers replace a cookie only when the attributes that identify it are the same, and __Host- demands them anyway.
    public void Delete(HttpResponse response) => response.Cookies.Append(name, "", Attributes(TimeSpan.Zero));

    /// <summary>
    /// Written exactly so and once. The framework compares names without regard to case and takes the last of two, so a cookie
    /// that a sibling domain set as <c>__host-…</c>, or without a name, where a browser lets it, could stand for this one
    /// (rfc6265bis section 4.1.3).
    /// Nor is any white space but a browser's own cut off: to a browser a name with U+00A0 in front has no prefix.
    /// </summary>
    private string? Find(HttpRequest request)
    {
        var found = request.Headers.Cookie.SelectMany(line => line!.Split(';')).Select(pair => pair.Trim(' ', '\t').Split('=', 2))
            .Where(pair => pair.Length == 2 && pair[0] == name).ToArray();
        return found is [var only] ? only[1] : null;
    }

    private CookieOptions Attributes(TimeSpan? age) => new()
    {
        Path = "/",
        Secure = true,
        HttpOnly = true,
        SameSite = sameSite,
        MaxAge = age,
        IsEssential = true,
    };

    private static StoreUnavailableException? StoreFault(Exception exception) => exception.InnerException switch
    {
        null => null,
        var inner when RedisConnection.IsFault(inner) => new StoreUnavailableException("The key ring could not be read.", inner),
        var inner => StoreFault(inner),
    };
}
