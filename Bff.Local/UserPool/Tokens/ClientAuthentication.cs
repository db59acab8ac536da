using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Bff.Local.UserPool.Tokens;

/// <summary>Which client asks, by <c>client_secret_basic</c>, <c>client_secret_post</c>, or, for a public client, its id alone.</summary>
internal static class ClientAuthentication
{
    public static bool TryAuthenticate(HttpRequest request, IFormCollection form, UserPoolOptions options,
        [NotNullWhen(true)] out AppClient? client)
    {
        var (id, secret) = BasicCredentials(request) ?? (form["client_id"].ToString(), Optional(form, "client_secret"));
        client = options.Clients.Find(known => known.ClientId == id);
        // Beside Basic, AWS's own example repeats the client id in the body; two clients at once are none.
        if (form.TryGetValue("client_id", out var named) && named.ToString() != id)
        {
            client = null;
        }

        if (client is not null && !Knows(client, secret))
        {
            client = null;
        }

        return client is not null;
    }

    /// <summary>Basic credentials, when the request carries them: each part form-urlencoded (RFC 6749, 2.3.1).</summary>
    public static (string Id, string? Secret)? BasicCredentials(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var bytes = new byte[header.Parameter?.Length ?? 0];
        if (!Convert.TryFromBase64String(header.Parameter ?? "", bytes, out var length)
            || Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is not [var id, var secret])
        {
            return ("", null);
        }

        return (Uri.UnescapeDataString(id.Replace('+', ' ')), Uri.UnescapeDataString(secret.Replace('+', ' ')));
    }

    private static string? Optional(IFormCollection form, string name) => form.TryGetValue(name, out var value) ? value.ToString() : null;

    // Any of the two active secrets; a public client must not send one.
    private static bool Knows(AppClient client, string? secret) => client.ClientSecrets.Count == 0
        ? secret is null
        : secret is not null && client.ClientSecrets.Exists(known =>
            CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(known), Encoding.UTF8.GetBytes(secret)));
}
