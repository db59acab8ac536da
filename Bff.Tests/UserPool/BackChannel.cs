using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Bff.Tests.UserPool;

/// <summary>What a client's server side asks of the pool.</summary>
internal static class BackChannel
{
    extension(LocalPool pool)
    {
        /// <summary>The five members, for Carol.</summary>
        public async Task<JsonObject> TokensAsync(params IEnumerable<(string Name, string? Value)> changes) =>
            await LocalPool.ReadAsync(await pool.TokenAsync(("grant_type", "authorization_code"),
                ("code", await pool.CodeAsync(changes)), ("redirect_uri", LocalPool.Callback)));

        /// <summary>
        /// Posts to the token endpoint with <c>client_secret_post</c>; a parameter given here replaces the usual one, null leaves
        /// it out.
        /// </summary>
        public Task<HttpResponseMessage> TokenAsync(params IEnumerable<(string Name, string? Value)> parameters)
        {
            var form = new Dictionary<string, string?> { ["client_id"] = LocalPool.ClientId, ["client_secret"] = LocalPool.ClientSecret };
            foreach (var (name, value) in parameters)
            {
                form[name] = value;
            }

            return pool.PostAsync("/oauth2/token", null,
                form.Where(part => part.Value is not null).Select(part => (part.Key, part.Value!)));
        }

        public Task<HttpResponseMessage> RefreshAsync(string refreshToken) =>
            pool.TokenAsync(("grant_type", "refresh_token"), ("refresh_token", refreshToken));

        public async Task<HttpResponseMessage> PostAsync(string path, (string Id, string Secret)? basic,
            params IEnumerable<(string Name, string Value)> form)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, pool.OnDomain(path))
            {
                Content = new FormUrlEncodedContent(form.Select(part => KeyValuePair.Create(part.Name, part.Value))),
            };
            if (basic is { } credentials)
            {
                request.Headers.Authorization =
                    new AuthenticationHeaderValue("Basic",
                    Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.Id}:{credentials.Secret}")));
            }

            return await pool.Back.SendAsync(request, TestContext.Current.CancellationToken);
        }

        public async Task<HttpResponseMessage> UserInfoAsync(string accessToken)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, pool.OnDomain("/oauth2/userInfo"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
            return await pool.Back.SendAsync(request, TestContext.Current.CancellationToken);
        }

        /// <summary>Redeems a code with the usual parameters, but for the given ones.</summary>
        public Task<HttpResponseMessage> RedeemAsync(string code, params IEnumerable<(string Name, string? Value)> changes) =>
            pool.TokenAsync(new (string, string?)[] { ("grant_type", "authorization_code"), ("code", code),
                ("redirect_uri", LocalPool.Callback) }.Concat(changes));
    }

    extension(LocalPool)
    {
        public static async Task<JsonObject> ReadAsync(HttpResponseMessage response) =>
            JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject();

        /// <summary>The <c>error</c> of an answer, or null.</summary>
        public static async Task<string?> ErrorAsync(HttpResponseMessage answer) =>
            answer.Content.Headers.ContentLength is 0 ? null : (await LocalPool.ReadAsync(answer))["error"]?.GetValue<string>();
    }
}
