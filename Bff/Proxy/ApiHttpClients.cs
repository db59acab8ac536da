using Bff.Refresh;
using Yarp.ReverseProxy.Forwarder;

namespace Bff.Proxy;

/// <summary>The HTTP clients of YARP: connections of <see cref="ApiConnection"/>, and <see cref="FreshTokenRetry"/> around them.</summary>
internal sealed class ApiHttpClients(SessionRefresher refresher) : ForwarderHttpClientFactory
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        ApiConnection.Use(handler);
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        new FreshTokenRetry(refresher) { InnerHandler = base.WrapHandler(context, handler) };
}
