using Microsoft.IdentityModel.Tokens;

namespace Bff.Local.UserPool.Tokens;

/// <summary>Two RSA keys: ID tokens are signed by one, access tokens by the other.</summary>
internal sealed class SigningKeys
{
    // Made once in a process and when first needed: RSA keys are the dearest part of a start.
    private static readonly Lazy<KeyPair> First = new(KeyPair.New);
    private static readonly Lazy<KeyPair> Stranger = new(KeyPair.New);

    private readonly Lock gate = new();
    private KeyPair? rotated;
    private KeyPair? former;

    public RsaSecurityKey ForIdTokens => Current.IdToken;

    public RsaSecurityKey ForAccessTokens => Current.AccessToken;

    /// <summary>A key that no key set ever held.</summary>
    public static RsaSecurityKey Unpublished => Stranger.Value.IdToken;

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
            rotated = fresh;
        }
    }

    private KeyPair Current
    {
        get
        {
            lock (gate)
            {
                return rotated ?? First.Value;
            }
        }
    }
}
