using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authentication;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Bff.Benchmarks.Servers;

/// <summary>Sends the access token of the ticket to the API in the cookie's place.</summary>
internal static class StockToken
{
    public static void Attach(TransformBuilderContext route) => route.AddRequestTransform(async transform =>
    {
        var token = await transform.HttpContext.GetTokenAsync("access_token");
        transform.ProxyRequest.Headers.Remove("Cookie");
        transform.ProxyRequest.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
    });
}
