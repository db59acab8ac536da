using Bff.Oidc;
using Bff.Settings;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Operations.Doctor;

/// <summary>The provider's discovery document and keys, and what was found about them.</summary>
/// <param name="IsUsable">Whether the server would use the endpoints. Otherwise no request may carry the client secret there.</param>
/// <param name="Metadata">Null when it could not be read.</param>
internal sealed record Discovery(bool IsUsable, OpenIdConnectConfiguration? Metadata, IReadOnlyList<Finding> Findings)
{
    private const string Document = "discovery", Issuer = "issuer", Keys = "keys";

    public static async Task<Discovery> ReadAsync(HttpClient client, OidcOptions options, TimeProvider time)
    {
        var documents = new ProviderDocuments(client, options.MayUseHttp);
        OpenIdConnectConfiguration metadata;
        Finding clock;
        try
        {
            var document = await documents.GetDocumentAsync(options.DiscoveryUrl, CancellationToken.None);
            clock = ClockCheck.Judge(documents.Date, time.GetUtcNow(), options.ClockSkew);
            metadata = OpenIdConnectConfiguration.Create(document);
        }
        // The library lets through whatever its JSON readers throw.
        catch (Exception exception)
        {
            return new(false, null, [Finding.Fail(Document, $"{options.DiscoveryUrl} cannot be read: {ProviderFault.Of(exception)}",
                "Oidc:Authority must be the issuer; with Cognito that is https://cognito-idp.{region}.amazonaws.com/{userPoolId}, not the "
                + "sign-in domain.")]);
        }
        var keys = await ReadKeysAsync(documents, metadata);
        var refusal = ProviderMetadataFault.Of(metadata, options);
        List<Finding> findings =
            [Finding.Ok(Document, $"{options.DiscoveryUrl} can be read."), JudgeIssuer(metadata, options), keys, clock];
        // The other reasons for a refusal have a line of their own.
        if (refusal is not null && findings.TrueForAll(finding => finding is not { Grade: Grade.fail, Check: Issuer or Keys }))
            findings.Add(Finding.Fail("metadata", $"It is refused: {refusal}", "Correct the provider's configuration."));
        if (ProviderMetadataFault.IsPoolWithoutDomain(metadata, options))
        {
            refusal = "no domain";
            findings.Add(Finding.Fail("domain", "The user pool has no domain: its authorization and token endpoints do not work.",
                "Add a domain in Cognito's console (Branding, Domain) or with aws cognito-idp create-user-pool-domain."));
        }
        return new(refusal is null, metadata, findings);
    }

    private static Finding JudgeIssuer(OpenIdConnectConfiguration metadata, OidcOptions options)
    {
        var issuer = ProviderText.Printable(metadata.Issuer);
        if (metadata.Issuer == options.Authority) return Finding.Ok(Issuer, $"{issuer}, as in Oidc:Authority.");
        // A replicated pool has another issuer, in which the path is the same.
        var isReplicated = options.IsCognito && Origin.Parse(metadata.Issuer) is { } named && Origin.Parse(options.Authority) is { } given
            && named.Host != given.Host && named.AbsolutePath == given.AbsolutePath;
        return Finding.Fail(Issuer,
            $"The document names the issuer '{issuer}', Oidc:Authority is '{options.Authority}'. They must be equal byte for byte.",
            isReplicated
            ? $"The user pool has an updated issuer, as a replicated pool needs: set Oidc:Authority={issuer}."
            : $"If this is your provider, set Oidc:Authority={issuer}.");
    }

    private static async Task<Finding> ReadKeysAsync(ProviderDocuments documents, OpenIdConnectConfiguration metadata)
    {
        if (string.IsNullOrEmpty(metadata.JwksUri)) return Finding.Fail(Keys, "The document has no jwks_uri.", "Is it a provider's?");
        var address = ProviderText.Printable(metadata.JwksUri);
        try
        {
            metadata.JsonWebKeySet = new JsonWebKeySet(await documents.GetDocumentAsync(metadata.JwksUri, CancellationToken.None));
        }
        // As above.
        catch (Exception exception)
        {
            return Finding.Fail(Keys, $"{address} cannot be read: {ProviderFault.Of(exception)}", "Without keys no user can sign in.");
        }
        return SigningKeys.Usable(metadata) is { Count: > 0 and var count }
            ? Finding.Ok(Keys, $"{count} usable at {address}.")
            : Finding.Fail(Keys, $"{address} has no usable key.", "ID tokens must be signed with RSA of at least 2048 bits, or with EC.");
    }
}
