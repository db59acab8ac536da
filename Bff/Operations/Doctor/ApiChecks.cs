using System.Net;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Bff.Operations.Doctor;

/// <summary>Whether each destination of the proxy speaks HTTP. Any status will do: the request has no access token.</summary>
internal static class ApiChecks
{
    private const string Check = "API";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Finding>> RunAsync(Installation installation)
    {
        if (!installation.AreUsable("ReverseProxy")) return [Finding.NotChecked(Check, "Section ReverseProxy has a fault.")];

        var addresses = installation.Apis
            .SelectMany(api => (api.Destinations ?? new Dictionary<string, DestinationConfig>()).Select(pair => (api, pair.Value.Address)))
            .DistinctBy(pair => pair.Address).ToList();
        if (addresses is []) return [Finding.Ok(Check, "None is configured: nothing is served under /api.")];
        return await Task.WhenAll(addresses.Select(pair => RequestAsync(pair.api, new Uri(pair.Address))));
    }

    private static async Task<Finding> RequestAsync(ClusterConfig api, Uri address)
    {
        // Without a password in it.
        var shown = address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        using var deadline = new CancellationTokenSource(Timeout);
        // With the TLS settings of the cluster.
        using var client = new ForwarderHttpClientFactory().CreateClient(new ForwarderHttpClientContext
        {
            ClusterId = api.ClusterId,
            NewConfig = api.HttpClient ?? HttpClientConfig.Empty,
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, address)
        {
            Version = api.HttpRequest?.Version ?? HttpVersion.Version20,
            VersionPolicy = api.HttpRequest?.VersionPolicy ?? HttpVersionPolicy.RequestVersionOrLower,
        };
        try
        {
            using var response = await client.SendAsync(request, deadline.Token);
            return Finding.Ok(Check, $"{shown} answers (status {(int)response.StatusCode}).");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            var cause = exception is HttpRequestException ? exception.GetBaseException().Message : "no response came in time";
            return Finding.Fail(Check, $"{shown} of cluster {api.ClusterId} does not answer: {cause.TrimEnd('.')}.",
                "Start it, or correct ReverseProxy:Clusters; SSL_CERT_FILE names a private CA.");
        }
    }
}
