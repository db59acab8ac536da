using Form = System.Collections.Generic.Dictionary<string, string>;

namespace Bff.Oidc;

/// <summary>Posts a form with this client's credentials. If the provider refuses the secret, the other known one is tried once.</summary>
internal sealed class ClientPost(IHttpClientFactory http, OidcOptions options, ClientSecret secret)
{
    /// <summary>The credentials in all forms in which they are sent: no log may have them.</summary>
    public IEnumerable<string> Secrets =>
        from known in new[] { secret.Known.First, secret.Known.Second }.OfType<string>()
        from form in new[] { known, ClientRequest.BasicCredentials(options.ClientId, known) }
        select form;

    /// <exception cref="HttpRequestException">The provider did not answer.</exception>
    public Task<HttpResponseMessage> RequestTokensAsync(string endpoint, Form form, CancellationToken cancellationToken) =>
        SendAsync(endpoint, form, options.ClientAuthentication, cancellationToken);

    // Cognito's revocation endpoint accepts Basic only, whatever its discovery document says.
    /// <exception cref="HttpRequestException">The provider did not answer.</exception>
    public Task<HttpResponseMessage> RevokeAsync(string endpoint, Form form, CancellationToken cancellationToken) => SendAsync(
        endpoint, form, options.IsCognito ? ClientAuthentication.client_secret_basic : options.ClientAuthentication, cancellationToken);

    private async Task<HttpResponseMessage> SendAsync(
        string endpoint, Form form, ClientAuthentication authentication, CancellationToken cancellationToken)
    {
        var (used, other) = secret.Known;
        var response = await SendOnceAsync(endpoint, form, used, authentication, cancellationToken);
        if (other is not null && await IsSecretRefusedAsync(response, cancellationToken))
        {
            response.Dispose();
            used = other;
            response = await SendOnceAsync(endpoint, form, used, authentication, cancellationToken);
        }
        if (response.IsSuccessStatusCode) secret.Accepted(used);
        return response;
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        string endpoint, Form form, string clientSecret, ClientAuthentication authentication, CancellationToken cancellationToken)
    {
        using var request = ClientRequest.Create(endpoint, form, (options.ClientId, clientSecret), authentication);
        return await http.CreateClient(ProviderHttp.ClientName).SendAsync(request, cancellationToken);
    }

    /// <summary>RFC 6749 section 5.2. A 401 without an error counts too.</summary>
    private static async Task<bool> IsSecretRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode) return false;
        var error = TokenError.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        return error?.Error == TokenError.InvalidClient || (error is null && (int)response.StatusCode == 401);
    }
}
