using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Bff.Oidc;

/// <summary>A form with this client's credentials for an endpoint of the provider (RFC 6749 section 2.3).</summary>
internal static class ClientRequest
{
    private static readonly MediaTypeWithQualityHeaderValue Json = new("application/json");

    public static HttpRequestMessage Create(
        string endpoint, IEnumerable<KeyValuePair<string, string>> form, (string Id, string Secret) client,
        ClientAuthentication authentication)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Headers.Accept.Add(Json);
        if (authentication == ClientAuthentication.client_secret_basic)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", BasicCredentials(client.Id, client.Secret));
        else
            form = form.Append(new("client_id", client.Id)).Append(new("client_secret", client.Secret));
        request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    /// <summary>Each part is form-encoded before Base64 (section 2.3.1).</summary>
    public static string BasicCredentials(string id, string secret) => Convert.ToBase64String(
        Encoding.ASCII.GetBytes($"{WebUtility.UrlEncode(id)}:{WebUtility.UrlEncode(secret)}"));
}
