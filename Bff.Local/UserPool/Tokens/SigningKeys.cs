using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Local.UserPool.Tokens;

/// <summary>Two RSA keys: ID tokens are signed by one, access tokens by the other.</summary>
internal sealed class SigningKeys
{
    private readonly Lock gate = new();
    private KeyPair? current;
    private KeyPair? former;
    private readonly Lazy<KeyPair> unpublished = new(KeyPair.New);

    public RsaSecurityKey ForIdTokens => Current.IdToken;

    public RsaSecurityKey ForAccessTokens => Current.AccessToken;

    /// <summary>A key that no key set ever held.</summary>
    public RsaSecurityKey Unpublished => unpublished.Value.IdToken;

    public IReadOnlyList<RsaSecurityKey> Published
    {
        get
        {
            lock (gate)
            {
                return former is null ? Current.Both : [.. Current.Both, .. former.Both];
            }
        }
    }

    /// <summary>New keys at once; the old ones stay published only when <paramref name="keepOld"/>.</summary>
    public void Rotate(bool keepOld = false)
    {
        var fresh = KeyPair.New();
        lock (gate)
        {
            former = keepOld ? Current : null;
            current = fresh;
        }
    }

    private KeyPair Current
    {
        get
        {
            lock (gate)
            {
                // Made when first needed: two RSA keys are the dearest part of a start.
                return current ??= KeyPair.New();
            }
        }
    }

    private sealed record KeyPair(RsaSecurityKey IdToken, RsaSecurityKey AccessToken)
    {
        public IReadOnlyList<RsaSecurityKey> Both => [IdToken, AccessToken];

        public static KeyPair New() => new(NewKey(), NewKey());

        // Cognito's key ids are padded base64 with + / and =, which is not URL-safe.
        private static RsaSecurityKey NewKey() =>
            new(RSA.Create(2048)) { KeyId = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) };
    }
}
