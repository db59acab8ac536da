using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Oidc;

/// <summary>
/// Reads the provider's documents. Leaves out of a key set what cannot be read as a key, for which the library would refuse the
/// whole set (RFC 7517 section 5).
/// </summary>
internal sealed class ReadableKeys(IDocumentRetriever documents) : IDocumentRetriever
{
    /// <summary>Which document was read last, or could not be.</summary>
    public string Address { get; private set; } = "";

    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        Address = address;
        var text = await documents.GetDocumentAsync(address, cancel);
        if (ProviderFault.IsHtml(text)) throw new InvalidDataException("HTML, not JSON.");
        if (JsonNode.Parse(text) is not JsonObject document || document["keys"] is not JsonArray keys) return text;

        foreach (var key in keys.ToList().Where(key => !IsReadable(key))) keys.Remove(key);
        return document.ToJsonString();
    }

    private static bool IsReadable(JsonNode? key)
    {
        try
        {
            return key is JsonObject && new JsonWebKey(key.ToJsonString()) is not null;
        }
        // The library throws whatever its readers throw.
        catch (Exception)
        {
            return false;
        }
    }
}
