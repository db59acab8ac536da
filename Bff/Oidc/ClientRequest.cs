using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Bff.Oidc;

/// <summary>A form with this client's credentials for an endpoint of the provider (RFC 6749 section 2.3).</summary>
internal static class ClientRequest
{
    private static readonly MediaTypeWithQualityHeaderValue Json = new("application/json");

    public static HttpRequestMessage Create(
        string endpoint, IEnumerable<KeyValuePair<string, string>> form, OidcOptions options, ClientAuthentication authentication)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Headers.Accept.Add(Json);
        if (authentication == ClientAuthentication.client_secret_basic)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", BasicCredentials(options));
        else
            form = form.Append(new("client_id", options.ClientId)).Append(new("client_secret", options.ClientSecret));
        request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    /// <summary>Each part is form-encoded before Base64 (section 2.3.1).</summary>
    public static string BasicCredentials(OidcOptions options) => Convert.ToBase64String(
        Encoding.ASCII.GetBytes($"{WebUtility.UrlEncode(options.ClientId)}:{WebUtility.UrlEncode(options.ClientSecret)}"));
}
