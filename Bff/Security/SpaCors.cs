using System.Runtime.CompilerServices;
using Bff.Settings;
using Bff.Storage;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Primitives;

namespace Bff.Security;

/// <summary>
/// CORS for exactly the configured SPA origins, with credentials, for the methods and headers of the endpoint (Fetch standard).
/// </summary>
internal sealed partial class SpaCors(BffOptions options, TimeProvider time, ILogger<SpaCors> logger) : ICorsPolicyProvider
{
    /// <summary>The policy of what is proxied: which header fields the API wants is the API's to say.</summary>
    public const string Api = "api";

    private static readonly TimeSpan PreflightMaxAge = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Navigations, the provider's calls and pages of the BFF's own: no script of another origin has business there, errors
    /// included.
    /// </summary>
    private static readonly PathString[] Closed = ["/callback", "/backchannel-logout", "/swagger"];

    private readonly OncePerMinute due = new(time);

    private readonly ConditionalWeakTable<Endpoint, CorsPolicy> policies = [];

    public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName)
    {
        WarnOfForeign(context.Request.Headers.Origin);
        // Not null: then a preflight would reach the endpoint.
        if (Array.Exists(Closed, path => context.Request.Path.StartsWithSegments(path))) return Task.FromResult<CorsPolicy?>(new());

        return Task.FromResult<CorsPolicy?>(context.GetEndpoint() is { } endpoint
            ? policies.GetValue(endpoint, one => Policy(one, policyName))
            : Policy(null, policyName));
    }

    private CorsPolicy Policy(Endpoint? endpoint, string? policyName)
    {
        var methods = endpoint?.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
        var policy = new CorsPolicyBuilder(options.SpaOrigins)
            .AllowCredentials()
            .WithMethods([.. methods.Where(method => !HttpMethods.IsOptions(method))])
            .WithExposedHeaders("Retry-After")
            .SetPreflightMaxAge(PreflightMaxAge);
        if (policyName == Api) policy.AllowAnyHeader();
        else policy.WithHeaders(CrossSiteGuard.Header, "Content-Type");
        return policy.Build();
    }

    /// <summary>
    /// Every answer depends on the origin, the ones without CORS headers too: a cache in between must know (Fetch standard, "CORS
    /// protocol and HTTP caches").
    /// </summary>
    public static void SetVaryAndExposedHeaders(HttpRequest request, IHeaderDictionary headers)
    {
        if (headers.Vary.Count == 0) headers.Vary = "Origin";
        else if (!headers.Vary.Contains("Origin")) headers.Append("Vary", "Origin");
        // What the API may say at all, the SPA may read: the API's own list was about its own origin.
        if (headers.AccessControlExposeHeaders.Count > 0 && request.Path.StartsWithSegments("/api"))
            headers.AccessControlExposeHeaders =
                string.Join(", ", headers.Keys.Where(name =>
                !name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase))
                .Union(["Retry-After"], StringComparer.OrdinalIgnoreCase));
    }

    // Here, since a preflight goes no further, and often a page sends nothing else.
    private void WarnOfForeign(StringValues origins)
    {
        foreach (var origin in origins.OfType<string>().Where(origin => !options.IsAllowedOrigin(origin)))
        {
            var printable = string.Concat(origin.Take(200).Select(character => character is < ' ' or > '~' ? '?' : character));
            if (due.IsDue(printable)) Log.Foreign(logger, printable);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The origin {Origin} is not in Bff:SpaOrigins: its requests are refused. "
            + "If the single-page app is there, add it to Bff:SpaOrigins exactly so.")]
        public static partial void Foreign(ILogger logger, string origin);
    }
}

internal static class SpaCorsRegistration
{
    public static IServiceCollection AddSpaCors(this IServiceCollection services) =>
        services.AddCors().AddSingleton<ICorsPolicyProvider, SpaCors>();
}
