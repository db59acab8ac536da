using System.Collections.Specialized;
using System.Web;
using Microsoft.AspNetCore.Http;

namespace Bff.Tests.Hosting;

/// <summary>A request as it reached a server of the tests.</summary>
internal sealed record ReceivedRequest(string Method, string Path, string Query, string? Authorization, string? ContentType, string Body)
{
    public NameValueCollection Form => HttpUtility.ParseQueryString(Body);

    public static async Task<ReceivedRequest> ReadAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        return new ReceivedRequest(
            request.Method, request.Path.Value!, request.QueryString.Value!, request.Headers.Authorization, request.ContentType,
            await reader.ReadToEndAsync());
    }
}
