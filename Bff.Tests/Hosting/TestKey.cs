using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Bff.Tests.Hosting;

/// <summary>
/// A signing key, of a provider or of an attacker. Making RSA keys takes long, so the usual ones are shared.
/// </summary>
internal sealed class TestKey
{
    /// <summary>As Cognito makes key ids: padded base64, nothing that is safe in a URL.</summary>
    public static readonly TestKey First = Rsa("aB+c/dEf0123456789ghijklmnopqrstuvwxyzABCDE=");
    public static readonly TestKey Second = Rsa("Zy+x/wVu9876543210tsrqponmlkjihgfedcbaZYXWV=");
    public static readonly TestKey Third = Rsa("third");
    public static readonly TestKey Elliptic = new("elliptic", "ES256", ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private readonly AsymmetricAlgorithm key;

    private TestKey(string kid, string algorithm, AsymmetricAlgorithm key) => (Kid, Algorithm, this.key) = (kid, algorithm, key);

    public string Kid { get; }

    public string Algorithm { get; }

    public static TestKey Rsa(string kid, int bits = 2048) => new(kid, "RS256", RSA.Create(bits));

    /// <summary>The same key under another name.</summary>
    public TestKey Named(string kid) => new(kid, Algorithm, key);

    /// <summary>The public half, as it stands in a JWKS.</summary>
    public JsonObject Jwk()
    {
        var jwk = new JsonObject { ["kid"] = Kid, ["alg"] = Algorithm, ["use"] = "sig" };
        switch (key)
        {
            case RSA rsa:
                var numbers = rsa.ExportParameters(includePrivateParameters: false);
                (jwk["kty"], jwk["n"], jwk["e"]) =
                    ("RSA", Base64Url.EncodeToString(numbers.Modulus), Base64Url.EncodeToString(numbers.Exponent));
                break;
            case ECDsa curve:
                var point = curve.ExportParameters(includePrivateParameters: false).Q;
                (jwk["kty"], jwk["crv"], jwk["x"], jwk["y"]) =
                    ("EC", "P-256", Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
                break;
        }
        return jwk;
    }

    /// <summary>The public half in the forms that a library might take for an HMAC secret.</summary>
    public byte[] PublicAs(string form) => form switch
    {
        "PEM" => Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()),
        "DER" => key.ExportSubjectPublicKeyInfo(),
        "JWK" => Encoding.ASCII.GetBytes(Jwk().ToJsonString()),
        "modulus" => ((RSA)key).ExportParameters(includePrivateParameters: false).Modulus!,
        _ => throw new ArgumentOutOfRangeException(nameof(form)),
    };

    public byte[] Sign(string algorithm, byte[] input)
    {
        var hash = algorithm[^3..] switch
        {
            "384" => HashAlgorithmName.SHA384,
            "512" => HashAlgorithmName.SHA512,
            _ =>
            HashAlgorithmName.SHA256
        };
        return key switch
        {
            RSA rsa => rsa.SignData(input, hash, algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
            ECDsa curve => curve.SignData(input, hash),
            _ => throw new InvalidOperationException("No such key."),
        };
    }
}
