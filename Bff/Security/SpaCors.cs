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
}
