using System.Text;

namespace Bff.Benchmarks.Load;

/// <summary>
/// A sign-in as a browser makes it: <c>/login</c>, the user pool, which knows the user already, and the callback. The BFF and the stock
/// stack differ only in their cookies.
/// </summary>
internal sealed class LoginFlow : IDisposable
{
    private readonly HttpConnection server, pool;
    private readonly int port, poolPort;

    private LoginFlow(HttpConnection server, int port, HttpConnection pool, int poolPort) =>
        (this.server, this.port, this.pool, this.poolPort) = (server, port, pool, poolPort);

    public static async Task<LoginFlow> OpenAsync(int port, int poolPort) =>
        new(await HttpConnection.OpenAsync(port), port, await HttpConnection.OpenAsync(poolPort), poolPort);

    /// <summary>The <c>Cookie</c> header of the new session.</summary>
    public async Task<string> SignInAsync(string poolCookie)
    {
        var cookies = new Dictionary<string, string>();
        var login = await GetAsync(server, "/login?returnUrl=%2F", port, cookies);
        var authorized = await GetAsync(pool, PathOf(login), poolPort, poolCookie);
        await GetAsync(server, PathOf(authorized), port, cookies);
        return Header(cookies);
    }

    public void Dispose()
    {
        server.Dispose();
        pool.Dispose();
    }

    private static async Task<string> GetAsync(HttpConnection http, string path, int port, Dictionary<string, string> cookies)
    {
        var head = await GetAsync(http, path, port, cookies.Count == 0 ? null : Header(cookies));
        foreach (var line in Values(head, "Set-Cookie"))
        {
            var (name, value) = line.Split(';')[0].Split('=', 2) is [var first, var second] ? (first, second) : (line, "");
            if (value == "") cookies.Remove(name);
            else cookies[name] = value;
        }
        return head;
    }

    private static async Task<string> GetAsync(HttpConnection http, string path, int port, string? cookie)
    {
        await http.SendAsync(RequestText.Of("GET " + path, port, cookie, accept: "text/html"));
        var (head, text) = await http.ReceiveWithHeadAsync();
        return head.Status == 302 ? text : throw new IOException($"{path.Split('?')[0]}: status {head.Status}");
    }

    private static string PathOf(string head) => Uri.TryCreate(Values(head, "Location").Single(), UriKind.Absolute, out var url)
        ? url.PathAndQuery : throw new IOException("The user pool asks for a password.");

    private static IEnumerable<string> Values(string head, string name) => head.Split("\r\n")
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 1)..].Trim());

    private static string Header(Dictionary<string, string> cookies) =>
        cookies.Aggregate(new StringBuilder(), (text, cookie) => text.Append(text.Length == 0 ? "" : "; ").Append(cookie.Key).Append('=')
            .Append(cookie.Value)).ToString();
}
