using System.Net;
using System.Net.Http.Headers;
using Bff.Security;
using Bff.Sessions;
using Bff.Settings;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Bff.Proxy;

/// <summary><c>/api/**</c>: YARP with the session's access token instead of the browser's cookie.</summary>
internal static class ApiProxy
{
    /// <summary>TRACE would have the API send the access token back, and what has no name here nobody has thought about.</summary>
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static IServiceCollection AddApiProxy(this IServiceCollection services, IConfiguration configuration)
    {
        services
            .AddSingleton<ApiHeaders>()
            .AddSingleton<ApiRedirects>()
            .AddSingleton<IEndpointAddressScheme<Endpoint>, ApiRedirects.EndpointAtHand>()
            .AddSingleton<IForwarderHttpClientFactory, FreshTokenRetry>()
            .AddSingleton<EndWithSession>()
            .AddReverseProxy()
            .LoadFromConfig(configuration.GetSection(ProxyRoutes.Section))
            .ConfigureHttpClient(ApiConnection.Use)
            .AddTransforms(Transform);
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
                    proxy.UseMiddleware<ApiAccessToken>();
                    proxy.UseMiddleware<ClientHeaders>();
                    proxy.UseLoadBalancing();
                })
                .RequireCsrfHeader(streamsMayOpen: true)
                .RequireCors(SpaCors.Api)
                .Add(LimitMethods);
        }
        catch (InvalidOperationException exception) when (exception.InnerException is AggregateException { InnerExceptions: var faults })
        {
            throw new SettingsException([.. faults.Select(fault => $"{ProxyRoutes.Section}: {fault.Message}")]);
        }
    }

    private static void Transform(TransformBuilderContext route)
    {
        var (ends, answers) = (route.Services.GetRequiredService<EndWithSession>(), route.Services.GetRequiredService<ApiHeaders>());
        route.AddRequestTransform(transform =>
        {
            var request = transform.ProxyRequest;
            request.RequestUri ??= RefuseAmbiguousPath.Target(transform);
            // The server keeps that promise itself when the body is read; two that keep it can lose count of whose body comes next.
            request.Headers.Remove("Expect");
            request.Headers.Remove("Authorization");
            FreshTokenRetry.Attach(request, transform.HttpContext.Features.GetRequiredFeature<Session>());
            return ValueTask.CompletedTask;
        });
        route.AddResponseTransform(transform =>
        {
            answers.Trim(transform);
            if (transform.ProxyResponse is { } response && (response.StatusCode == HttpStatusCode.SwitchingProtocols || StreamRequest.IsEventStream(transform.HttpContext.Response)))
                ends.Watch(transform.HttpContext, transform.HttpContext.Features.GetRequiredFeature<Session>());
            return ValueTask.CompletedTask;
        });
        route.AddResponseTrailersTransform(transform =>
        {
            ApiHeaders.Trim(transform);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>A route that names its methods keeps them.</summary>
    private static void LimitMethods(EndpointBuilder endpoint)
    {
        if (!endpoint.Metadata.OfType<IHttpMethodMetadata>().Any()) endpoint.Metadata.Add(new HttpMethodMetadata(Methods, acceptCorsPreflight: true));
    }
}
