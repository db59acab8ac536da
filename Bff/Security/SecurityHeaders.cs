using System.Security.Cryptography;
using System.Text;
using Bff.Errors;
using Bff.Settings;

namespace Bff.Security;

/// <summary>The headers that every answer carries, errors and the management port included.</summary>
internal static class SecurityHeaders
{
    private static readonly string ErrorPageStyle = "sha256-"
        + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(ErrorPage.Style)));

    public static void UseStandardHeaders(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<BffOptions>();
        var policy = Policy(options, $"default-src 'none'; style-src '{ErrorPageStyle}'; frame-ancestors 'none'; base-uri 'none'; "
            + $"form-action 'none'");
        // Swagger UI brings its own scripts and styles, and talks to this origin alone.
        var swagger = Policy(options, "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            + "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
            .RemoveCustomHeader("x-swagger-ui-version");
        // Before the others, so that it has the last word.
        app.Use((context, next) =>
        {
            context.Response.OnStarting(() => NeverHoldBackEventsAsync(context.Response));
            return next(context);
        });
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/swagger"), branch => branch.UseSecurityHeaders(swagger));
        app.UseWhen(context => !context.Request.Path.StartsWithSegments("/swagger"), branch => branch.UseSecurityHeaders(policy));
    }

    /// <summary>X-Accel-Buffering is for nginx, no-transform for proxies that would compress (RFC 9110 section 7.7).</summary>
    private static Task NeverHoldBackEventsAsync(HttpResponse response)
    {
        if (!StreamRequest.IsEventStream(response)) return Task.CompletedTask;
        (response.Headers["X-Accel-Buffering"], response.Headers.CacheControl) = ("no", "no-store, no-transform");
        return Task.CompletedTask;
    }

    private static HeaderPolicyCollection Policy(BffOptions options, string contentSecurityPolicy)
    {
        var policy = new HeaderPolicyCollection()
            .AddContentTypeOptionsNoSniff()
            .AddFrameOptionsDeny()
            .AddReferrerPolicyNoReferrer()
            .AddCustomHeader("Content-Security-Policy", contentSecurityPolicy)
            .AddCustomHeader("Cross-Origin-Opener-Policy", "same-origin")
            // The SPA may stand on a sibling host; CORS decides who reads.
            .AddCustomHeader("Cross-Origin-Resource-Policy", "same-site")
            .AddCustomHeader("Cache-Control", "no-store")
            .RemoveServerHeader();
        if (options.PublicUrl.StartsWith("https:", StringComparison.Ordinal))
            policy.AddCustomHeader("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
        return policy;
    }
}
