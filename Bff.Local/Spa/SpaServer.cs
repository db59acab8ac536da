using Microsoft.Extensions.FileProviders;

namespace Bff.Local.Spa;

/// <summary>The single-page application's origin: static files, and nothing that could hold a secret.</summary>
internal static class SpaServer
{
    public static WebApplication Build(SpaOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = LocalServer.CreateBuilder();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.Urls.Add(options.Listen);
        app.Use((http, next) =>
        {
            AddHeaders(http.Response.Headers, options.BffUrl);
            return next(http);
        });

        var files = new StaticFileOptions
        {
            FileProvider =
            new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "Spa", "wwwroot"))
        };
        app.UseStaticFiles(files);
        app.MapGet("/config.json", () => TypedResults.Ok(new Config(options.BffUrl)));
        app.MapGet("/health", () => TypedResults.Text("healthy"));
        // Every other path is a place inside the application.
        app.MapFallbackToFile("index.html", files);
        return app;
    }

    private static void AddHeaders(IHeaderDictionary headers, string bffUrl)
    {
        headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' {bffUrl} "
                + $"{bffUrl.Replace("http", "ws", StringComparison.Ordinal)}; " +
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-cache";
    }

    private sealed record Config(string Bff);
}
