using System.Text.Encodings.Web;

namespace Bff.Security;

internal static class SecurityRegistration
{
    public static IServiceCollection AddSecurity(this IServiceCollection services, RateLimitOptions limits) => services
        .AddSpaCors()
        // A claim such as </script> stays harmless when a page renders an answer as HTML.
        .ConfigureHttpJsonOptions(json => json.SerializerOptions.Encoder = JavaScriptEncoder.Default)
        .AddSingleton<RefusalLimit>()
        .AddLoginRateLimit(limits);
}
