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

    /// <summary>
    /// YARP registers authorization, and then the framework runs its middleware for every request. No endpoint has a policy.
    /// The key is what <c>UseAuthorization</c> leaves.
    /// </summary>
    public static void SkipAuthorization(this IApplicationBuilder app) => app.Properties["__AuthorizationMiddlewareSet"] = true;
}
