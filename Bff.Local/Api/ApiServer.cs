using System.Text;

namespace Bff.Local.Api;

/// <summary>The resource server behind the BFF: it knows access tokens, and nothing of cookies or sessions.</summary>
internal static class ApiServer
{
    public static WebApplication Build(ApiOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = LocalServer.CreateBuilder();
        // As the BFF does: browsers send Latin-1, which is not valid UTF-8.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<IssuerKeys>();
        builder.Services.AddSingleton<AccessTokenValidator>();
        builder.Services.AddProblemDetails();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.Urls.Add(options.Listen);
        app.UseWebSockets();
        app.MapGet("/", () => TypedResults.Text(
            "This is the local API: GET /health, and with an access token GET /api/hello, POST /api/echo, GET /api/events, " +
            "a WebSocket at /api/socket, /api/status/418.\n"));
        app.MapGet("/health", () => TypedResults.Text("healthy"));

        var api = app.MapGroup("/api").AddEndpointFilter<RouteGroupBuilder, AccessTokenRequired>();
        api.MapHello();
        api.MapEcho();
        api.MapEvents();
        api.MapSocket();
        api.MapStatus();
        return app;
    }
}
