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

    /// <summary>Set when an answer starts, so that they have the last word.</summary>
    public static void UseStandardHeaders(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<BffOptions>();
        var set = Setter(Headers(options, $"default-src 'none'; style-src '{ErrorPageStyle}'; frame-ancestors 'none'; base-uri 'none'; "
            + "form-action 'none'"));
        // Swagger UI brings its own scripts and styles, and talks to this origin alone.
        var setForSwagger = Setter([.. Headers(options, "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
            + "img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
            ("X-Swagger-UI-Version", null)]);
        app.Use((context, next) =>
        {
            context.Response.OnStarting(context.Request.Path.StartsWithSegments("/swagger") ? setForSwagger : set, context);
            return next(context);
        });
    }

    private static Func<object, Task> Setter((string Name, string? Value)[] standard) => context =>
    {
        var (request, response) = (((HttpContext)context).Request, ((HttpContext)context).Response);
        SpaCors.SetVaryAndExposedHeaders(request, response.Headers);
        // A header without a value is removed.
        foreach (var (name, value) in standard) response.Headers[name] = value;
        // X-Accel-Buffering is for nginx, no-transform for proxies that would compress (RFC 9110 section 7.7).
        if (StreamRequest.IsEventStream(response))
            (response.Headers["X-Accel-Buffering"], response.Headers.CacheControl) = ("no", "no-store, no-transform");
        return Task.CompletedTask;
    };

    private static (string Name, string? Value)[] Headers(BffOptions options, string contentSecurityPolicy) =>
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Content-Security-Policy", contentSecurityPolicy),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        // The SPA may stand on a sibling host; CORS decides who reads.
        ("Cross-Origin-Resource-Policy", "same-site"),
        ("Cache-Control", "no-store"),
        ("Strict-Transport-Security", options.PublicUrl.StartsWith("https:", StringComparison.Ordinal)
            ? "max-age=31536000; includeSubDomains" : null),
    ];
}
