using Bff.Configuration;

namespace Bff.Security;

internal static class SecurityRegistration
{
    public static IServiceCollection AddSecurity(this IServiceCollection services, BffOptions bff, RateLimitOptions limits) => services
        .AddSpaCors(bff)
        .AddLoginRateLimit(limits);
}
