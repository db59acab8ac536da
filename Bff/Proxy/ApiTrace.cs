using System.Diagnostics;
using Yarp.ReverseProxy.Forwarder;

namespace Bff.Proxy;

/// <summary>The API gets the trace of the request, in place of what the client sent (W3C Trace Context).</summary>
internal static class ApiTrace
{
    private static readonly ReverseProxyPropagator Propagator = new(DistributedContextPropagator.Current);

    public static void Attach(HttpRequestMessage request) => Propagator.Inject(Activity.Current, request,
        (_, name, value) => request.Headers.TryAddWithoutValidation(name, value));
}
