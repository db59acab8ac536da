using Bff.Tests.Hosting;

namespace Bff.Tests.Proxy;

/// <summary>A system with one signed-in user, whose requests go out over a raw socket.</summary>
internal sealed class SignedIn : IAsyncDisposable
{
    private SignedIn(BffSystem system) => (System, Browser) = (system, system.Browser());

    public BffSystem System { get; }

    public Browser Browser { get; }

    public string Cookie => "Cookie: " + OpenStream.Cookie(Browser);

    public string[] Headers => ["X-CSRF: 1", Cookie];

    public static async Task<SignedIn> StartAsync(SharedRedis redis, params (string Key, string Value)[] settings)
    {
        var user = new SignedIn(await BffSystem.StartAsync(redis, settings));
        await user.Browser.SignInAsync(user.System);
        return user;
    }

    /// <param name="line">The method and the path.</param>
    /// <param name="headers">Beside the cookie and X-CSRF, and the body's length.</param>
    /// <param name="body">A character is a byte.</param>
    /// <param name="at">Where it is sent, if not to the BFF itself.</param>
    public Task<RawAnswer> SendAsync(string line, IEnumerable<string>? headers = null, string body = "", Uri? at = null) =>
        RawAnswer.ToAsync(at ?? System.Url, line + " HTTP/1.1", [.. Headers, .. headers ?? [], $"Content-Length: {body.Length}"], body);

    /// <summary>A body of <paramref name="size"/> bytes, of unknown length for the server when it is chunked.</summary>
    public Task<RawAnswer> UploadAsync(string method, int size, bool chunked)
    {
        var body = new string('x', size);
        return chunked
            ? RawAnswer.ToAsync(
                System.Url, method + " /api/x HTTP/1.1", [.. Headers, "Transfer-Encoding: chunked"], $"{size:x}\r\n{body}\r\n0\r\n\r\n")
            : SendAsync(method + " /api/x", body: body);
    }

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await System.DisposeAsync();
    }
}
