using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Bff.Oidc;

/// <summary>Proof Key for Code Exchange with S256, the only method ever used (RFC 7636).</summary>
internal static class Pkce
{
    /// <summary>256 random bits as 43 unreserved characters: state, nonce and code verifier alike (RFC 7636 section 4.1).</summary>
    public static string RandomText() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Challenge(string codeVerifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(codeVerifier)));
}
