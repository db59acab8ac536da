using System.Globalization;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Bff.Benchmarks.Servers;

/// <summary>The cookie of the stock stack, with the attributes and the answers that a SPA needs.</summary>
internal static class StockCookie
{
    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "__Host-stock";
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
        options.ExpireTimeSpan = TimeSpan.FromHours(1);
        options.SlidingExpiration = true;
        options.Events.OnRedirectToLogin = context =>
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        };
        options.Events.OnValidatePrincipal = context =>
        {
            if (HasExpired(context)) context.RejectPrincipal();
            return Task.CompletedTask;
        };
    }

    public static async ValueTask<object?> RequireCsrfHeaderAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Request.Headers["X-CSRF"] == "1" ? await next(context) : Results.StatusCode(StatusCodes.Status403Forbidden);

    private static bool HasExpired(CookieValidatePrincipalContext context) =>
        !DateTimeOffset.TryParse(context.Properties.GetString(".Token.expires_at"), CultureInfo.InvariantCulture, out var expiresAt)
        || expiresAt <= TimeProvider.System.GetUtcNow();
}
