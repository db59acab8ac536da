using Bff.Configuration;

namespace Bff.Security;

/// <summary>CORS for exactly the configured SPA origins, with credentials (Fetch standard).</summary>
internal static class SpaCors
{
    public static IServiceCollection AddSpaCors(this IServiceCollection services, BffOptions options) => services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
        .WithOrigins(options.SpaOrigins)
        .AllowCredentials()
        .AllowAnyHeader()
        .WithMethods("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
        .WithExposedHeaders("Retry-After")
        .SetPreflightMaxAge(TimeSpan.FromMinutes(10))));

    /// <summary>Every answer depends on the origin, the ones without CORS headers too: a cache in between must know (Fetch standard, "CORS protocol and HTTP caches").</summary>
    public static void UseVaryByOrigin(this WebApplication app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            if (!context.Response.Headers.Vary.Contains("Origin")) context.Response.Headers.Append("Vary", "Origin");
            return Task.CompletedTask;
        });
        return next(context);
    });
}
