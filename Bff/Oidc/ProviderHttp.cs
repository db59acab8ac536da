using System.Diagnostics;

namespace Bff.Oidc;

/// <summary>
/// The one HTTP client for the provider. Its answers are untrusted input: no redirects, no cookies, no decompression, at most 1 MB, one
/// total deadline.
/// </summary>
internal static class ProviderHttp
{
    public const string ClientName = "provider";

    private const int MaximumBodyBytes = 1024 * 1024;

    public static IServiceCollection AddProviderHttp(this IServiceCollection services, OidcOptions options)
    {
        services.AddHttpClient(ClientName, client =>
            {
                // Covers headers and body, because responses are buffered (HttpCompletionOption.ResponseContentRead).
                client.Timeout = options.BackchannelTimeout;
                client.MaxResponseContentBufferSize = MaximumBodyBytes;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                // A redirected token request would carry the client secret and the code to another host.
                AllowAutoRedirect = false,
                UseCookies = false,
                // The headers traceparent, tracestate and baggage are for the API. The last two are the client's text.
                ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                MaxResponseHeadersLength = 64,
            })
            // They log every URL. TokenClient logs failures itself.
            .RemoveAllLoggers();
        return services;
    }
}
