using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Local.UserPool.Tokens;

/// <summary>The two keys that are in use together.</summary>
internal sealed record KeyPair(RsaSecurityKey IdToken, RsaSecurityKey AccessToken)
{
    public IReadOnlyList<RsaSecurityKey> Both => [IdToken, AccessToken];

    public static KeyPair New() => new(NewKey(), NewKey());

    // Cognito's key ids are padded base64 with + / and =, which is not URL-safe.
    private static RsaSecurityKey NewKey()
    {
        using var rsa = RSA.Create(2048);
        // As parameters: each signer then makes an RSA object of its own, and they may sign at once.
        return new(rsa.ExportParameters(includePrivateParameters: true))
        {
            KeyId =
            Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))
        };
    }
}
