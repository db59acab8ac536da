using System.Net.Http.Headers;
using Bff.Configuration;
using Bff.Security;
using Yarp.ReverseProxy.Transforms;

namespace Bff.Proxy;

/// <summary><c>/api/**</c>: YARP with the session's access token instead of the browser's cookie.</summary>
internal static class ApiProxy
{
    /// <summary>What the client says of itself must not pass for what the BFF says of it.</summary>
    private static readonly string[] NotForwarded =
    [
        "Cookie", "Authorization", "Origin", "Referer", CrossSiteGuard.Header, "Cookie2", "Forwarded", "Via",
        "X-Real-IP", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "X-Forwarded-Port", "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups",
        "X-Forwarded-Preferred-Username", "X-Forwarded-Access-Token", "X-Remote-User", "Remote-User", "X-User",
    ];

    /// <summary>What the API says about browsers is said by the BFF here.</summary>
    private static readonly string[] NotReturned =
    [
        "Set-Cookie", "Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version", "Strict-Transport-Security", "Public-Key-Pins", "WWW-Authenticate",
        "Clear-Site-Data", "Refresh",
    ];

    /// <summary>TRACE would have the API send the access token back, and what has no name here nobody has thought about.</summary>
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static IServiceCollection AddApiProxy(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddReverseProxy()
            .LoadFromConfig(configuration.GetSection(ProxyRoutes.Section))
            .AddTransforms(context =>
            {
                context.AddRequestTransform(transform =>
                {
                    foreach (var name in NotForwarded) transform.ProxyRequest.Headers.Remove(name);
                    var token = transform.HttpContext.Features.Get<ProxiedAccessToken>()!.Value;
                    transform.ProxyRequest.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                    return ValueTask.CompletedTask;
                });
                context.AddResponseTransform(transform =>
                {
                    var headers = transform.HttpContext.Response.Headers;
                    foreach (var name in NotReturned) headers.Remove(name);
                    foreach (var name in headers.Keys.Where(name => name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase)).ToArray()) headers.Remove(name);
                    return ValueTask.CompletedTask;
                });
            });
        return services;
    }

    /// <exception cref="SettingsException">YARP refuses its configuration.</exception>
    public static void MapApiProxy(this IEndpointRouteBuilder app)
    {
        try
        {
            app.MapReverseProxy(proxy =>
                {
                    proxy.UseMiddleware<ProxyErrors>();
                    proxy.UseMiddleware<RefuseAmbiguousPath>();
                    proxy.UseMiddleware<AttachAccessToken>();
                })
                .RequireCsrfHeader()
                .Add(LimitMethods);
        }
        catch (InvalidOperationException exception) when (exception.InnerException is AggregateException { InnerExceptions: var faults })
        {
            throw new SettingsException([.. faults.Select(fault => $"{ProxyRoutes.Section}: {fault.Message}")]);
        }
    }

    /// <summary>A route that names its methods keeps them.</summary>
    private static void LimitMethods(EndpointBuilder endpoint)
    {
        if (!endpoint.Metadata.OfType<IHttpMethodMetadata>().Any()) endpoint.Metadata.Add(new HttpMethodMetadata(Methods, acceptCorsPreflight: true));
    }
}
