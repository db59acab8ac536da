using System.Diagnostics;
using Bff.Operations;
using Microsoft.IdentityModel.Protocols;

namespace Bff.Oidc;

/// <summary>Gets the provider's JSON documents for the library, each with one request.</summary>
/// <param name="telemetry">Null where the requests are not measured.</param>
internal sealed class ProviderDocuments(HttpClient client, bool mayUseHttp, Telemetry? telemetry = null) : IDocumentRetriever
{
    /// <summary>The document that was requested last.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The provider's clock when it sent the last document; null when it does not say so.</summary>
    public DateTimeOffset? Date { get; private set; }

    /// <exception cref="InvalidDataException">The address or the answer cannot be used. Its message is for the operator.</exception>
    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        // The discovery document comes first and has the address of the keys.
        var endpoint = Address is "" ? "discovery" : "keys";
        Address = address;
        if (!mayUseHttp && !address.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException("the address of an https provider must be https.");

        var (started, outcome) = (Stopwatch.GetTimestamp(), ProviderOutcome.Unavailable);
        try
        {
            using var response = await client.GetAsync(address, cancel);
            Date = response.Headers.Date + (response.Headers.Age ?? TimeSpan.Zero);
            outcome = ProviderOutcome.Of(response.StatusCode);
            return await ReadAsync(response, cancel);
        }
        finally
        {
            telemetry?.ProviderAnswered(endpoint, outcome, started);
        }
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var text = await response.Content.ReadAsStringAsync(cancel);
        var isHtml = text.AsSpan().TrimStart().StartsWith("<");
        if (!response.IsSuccessStatusCode)
            throw new InvalidDataException($"HTTP {(int)response.StatusCode}" + (isHtml ? " with HTML, not JSON." : "."));
        return isHtml ? throw new InvalidDataException("HTML, not JSON.") : text;
    }
}
