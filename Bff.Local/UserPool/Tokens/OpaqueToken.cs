using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Local.UserPool.Tokens;

/// <summary>A random token with the looks of Cognito's JWE: five parts, some 1.8 kB.</summary>
internal static class OpaqueToken
{
    // Header, encrypted key, IV, ciphertext, tag.
    public static string New() => string.Join('.',
        Base64UrlEncoder.Encode("""{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}"""), Part(256), Part(12), Part(1005), Part(16));

    private static string Part(int bytes) => Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(bytes));
}
