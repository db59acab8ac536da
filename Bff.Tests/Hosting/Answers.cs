using System.Collections.Concurrent;

namespace Bff.Tests.Hosting;

/// <summary>
/// Everything the BFF answered to the browsers that use this network: bodies, and all headers but the two that carry secrets by
/// design.
/// </summary>
internal sealed class Answers(Uri bff) : DelegatingHandler(new SocketsHttpHandler
{
    UseCookies = false,
    AllowAutoRedirect = false,
    UseProxy = false
})
{
    private readonly ConcurrentQueue<string> seen = [];

    public string All => string.Join('\n', seen);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (request.RequestUri!.Port == bff.Port)
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            var headers = response.Headers.Concat(response.Content.Headers).Where(header => header.Key is not ("Set-Cookie" or "Location"));
            seen.Enqueue(string.Join('\n', headers.Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")) + "\n"
                + await response.Content.ReadAsStringAsync(cancellationToken));
        }
        return response;
    }
}
