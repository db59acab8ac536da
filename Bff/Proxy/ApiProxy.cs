using System.Net;
using Bff.Refresh;
using Bff.Security;
using Bff.Sessions;
using Bff.Settings;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Bff.Proxy;

/// <summary><c>/api/**</c>: YARP with the session's access token instead of the browser's cookie.</summary>
internal static class ApiProxy
{
    /// <summary>Not TRACE: the API would send the access token back. A method that is not listed is 405.</summary>
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static IServiceCollection AddApiProxy(this IServiceCollection services, IConfiguration configuration)
    {
        services
            .AddSingleton<ApiRedirects>()
            .AddSingleton<IForwarderHttpClientFactory, ApiHttpClients>()
            .AddSingleton<EndWithSession>()
            .AddReverseProxy()
            .LoadFromConfig(configuration.GetSection(ProxyRoutes.Section))
            .AddTransforms(Transform);
        // YARP adds authorization by policy, for which the host runs a middleware at each request. Here a session is the authorization.
        return services.RemoveAll<IAuthorizationHandlerProvider>();
    }

    /// <exception cref="SettingsException">YARP refuses its configuration.</exception>
    public static void MapApiProxy(this IEndpointRouteBuilder app)
    {
        try
        {
            app.MapReverseProxy(proxy =>
                {
                    proxy.UseMiddleware<ProxyErrors>();
                    proxy.UseMiddleware<AmbiguousPath>();
                    proxy.UseMiddleware<ApiAccessToken>();
                    proxy.UseMiddleware<ProxyHeaders>();
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
        var streams = route.Services.GetRequiredService<EndWithSession>();
        var redirects = route.Services.GetRequiredService<ApiRedirects>();
        var cookie = route.Services.GetRequiredService<SessionCookie>();
        route.AddRequestTransform(transform =>
        {
            var request = transform.ProxyRequest;
            request.RequestUri ??= AmbiguousPath.Target(transform);
            // Kestrel answers it when the body is read. Passed on, two servers would answer it.
            request.Headers.Remove("Expect");
            request.Headers.Remove("Authorization");
            FreshTokenRetry.Attach(request, transform.HttpContext.Features.GetRequiredFeature<Session>());
            return ValueTask.CompletedTask;
        });
        route.AddResponseTransform(transform =>
        {
            if (transform.ProxyResponse is not { } response) return ValueTask.CompletedTask;
            var context = transform.HttpContext;
            if (FreshTokenRetry.EndOf(response.RequestMessage!) is { } end)
            {
                transform.SuppressResponseBody = true;
                context.Response.Clear();
                return new ValueTask(ApiAccessToken.AnswerEndedAsync(context, cookie, deleteCookie: end is RefreshOutcome.Ended));
            }
            ProxyHeaders.FilterResponse(transform);
            redirects.Filter(context, response.RequestMessage!);
            if (response.StatusCode == HttpStatusCode.SwitchingProtocols || StreamRequest.IsEventStream(context.Response))
                streams.Watch(context, context.Features.GetRequiredFeature<Session>());
            return ValueTask.CompletedTask;
        });
        route.AddResponseTrailersTransform(transform =>
        {
            ProxyHeaders.FilterTrailers(transform);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>A route that names its methods keeps them.</summary>
    private static void LimitMethods(EndpointBuilder endpoint)
    {
        if (!endpoint.Metadata.OfType<IHttpMethodMetadata>().Any())
            endpoint.Metadata.Add(new HttpMethodMetadata(Methods, acceptCorsPreflight: true));
    }
}
