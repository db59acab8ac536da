using Bff.Oidc;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Operations.Doctor;

/// <summary>The provider as its metadata describes it, and the client to ask it with: no redirects, no cookies.</summary>
internal sealed class ProviderAccess(HttpClient client, OpenIdConnectConfiguration metadata, Installation installation)
{
    public HttpClient Client => client;

    public OpenIdConnectConfiguration Metadata => metadata;

    public Installation Installation => installation;

    public OidcOptions Options => installation.Settings.Oidc;

    /// <summary>Runs a check that sends requests. A request without a response is a finding.</summary>
    /// <param name="page">What browsers open. On their localhost it may be out of reach here.</param>
    public static async Task<IReadOnlyList<Finding>> CheckAsync(string name, Func<Task<IReadOnlyList<Finding>>> check, string? page = null)
    {
        try
        {
            return await check();
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError
            && page is not null && new Uri(page) is { IsLoopback: true } url)
        {
            return [Finding.Warn(name,
                $"Not checked: {url.Authority} does not answer here. In a container, localhost is the container itself.",
                "Run doctor where browsers run, for example on the host, or test a sign-in and a sign-out.")];
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return [Finding.Fail(name, $"The request failed: {ProviderFault.Of(exception)}",
                "Check the network between this machine and the endpoints in the provider's metadata.")];
        }
    }

    /// <summary>Where a response leads; null when it is no redirect to http or https.</summary>
    public static Uri? RedirectOf(HttpResponseMessage response) =>
        (int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is { } location
            && new Uri(response.RequestMessage!.RequestUri!, location) is { Scheme: "http" or "https" } target
            ? target
            : null;
}
