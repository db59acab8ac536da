using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using StackExchange.Redis;

namespace Bff.Benchmarks.Servers;

/// <summary>
/// The stock stack, as a careful user would assemble it from the framework: cookie and OpenID Connect handlers, tickets in Redis, YARP
/// with the access token of the ticket. It keeps tickets in plain text and refreshes no token, which makes it cheaper than it should be.
/// </summary>
internal static class StockServer
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var redis = ConnectionMultiplexer.Connect(builder.Configuration["redis"]!);
        builder.Services.AddDataProtection().SetApplicationName("stock").PersistKeysToStackExchangeRedis(redis, "stock:keys");
        builder.Services.AddSingleton<ITicketStore>(new RedisTicketStore(redis.GetDatabase()));
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
            .AddCookie(StockCookie.Configure)
            .AddOpenIdConnect(options => StockOidc.Configure(options, builder.Configuration));
        builder.Services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
            .Configure<ITicketStore>((options, store) => options.SessionStore = store);
        builder.Services.AddAuthorization();
        builder.Services.AddReverseProxy()
            .LoadFromMemory(
                [BareYarpServer.Route() with { AuthorizationPolicy = "Default" }], [BareYarpServer.Cluster(builder.Configuration)])
            .AddTransforms(StockToken.Attach);

        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/login", (string returnUrl) => Results.Challenge(
            new AuthenticationProperties { RedirectUri = returnUrl.StartsWith('/') ? returnUrl : "/" },
            [OpenIdConnectDefaults.AuthenticationScheme]));
        app.MapGet("/me", (HttpContext context) => context.User.Claims.GroupBy(claim => claim.Type)
            .ToDictionary(claims => claims.Key, claims => string.Join(' ', claims.Select(claim => claim.Value))))
            .RequireAuthorization().AddEndpointFilter(StockCookie.RequireCsrfHeaderAsync);
        app.MapReverseProxy();
        return app;
    }
}
