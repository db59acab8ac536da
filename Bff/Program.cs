using Bff.Errors;
using Bff.Logout;
using Bff.Oidc;
using Bff.Operations;
using Bff.Proxy;
using Bff.Refresh;
using Bff.Security;
using Bff.Sessions;
using Bff.Settings;
using Bff.SignIn;
using Bff.Storage;

namespace Bff;

/// <summary>The table of contents: what the BFF consists of, in the order in which a request meets it.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (await Verbs.RunAsync(args) is { } exitCode) return exitCode;
        try
        {
            await using var app = Build(args);
            await app.StartListeningAsync();
            await app.WaitForShutdownAsync();
            return 0;
        }
        // An IOException at start is a port that is taken or forbidden, or a file; its message names it.
        catch (Exception exception) when (exception is SettingsException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    /// <summary>A builder with all sources of settings, for the server and for the doctor.</summary>
    internal static WebApplicationBuilder CreateBuilder(string[] args)
    {
        // appsettings.json is beside the program, not in the folder where it is started.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddKeyPerFile(BffSettings.SecretsFolder, optional: true);
        return builder;
    }

    /// <param name="configure">For a host that replaces the clock or the logs.</param>
    /// <exception cref="SettingsException">The settings are not fit to start with.</exception>
    internal static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = CreateBuilder(args);
        builder.AddRequestLog();
        builder.Services.AddSingleton(TimeProvider.System);
        configure?.Invoke(builder);

        var settings = BffSettings.Read(builder.Configuration);
        var secrets = new Secrets(builder.Configuration, settings);
        builder.UseServerLimits();
        builder.UseManagementPort(settings.Bff);
        builder.AddTelemetry(settings.Bff);
        builder.Services
            .AddSettings(settings, secrets)
            .AddGracefulShutdown()
            .AddRedis(settings.Redis, secrets, out var database)
            .AddKeyRing(settings.KeyRing, settings.Redis, database)
            .AddProblems()
            .AddSecurity(settings.RateLimit)
            .AddOidc(settings.Oidc)
            .AddSessions()
            .AddSignIn()
            .AddLogout()
            .AddRefresh()
            .AddEvents()
            .AddApiProxy(builder.Configuration)
            .AddApiDescription(settings.Session);

        var app = builder.Build();
        app.LogStart(settings);
        app.WarnOfHttpProvider();
        app.UseRootServices();
        app.UseGracefulShutdown();
        app.UseClientAddress();
        app.UseLogScope();
        app.UseStandardHeaders();
        app.UseStrictHttp();
        app.UseManagement(endpoints => endpoints.MapRevocations(settings.Bff)); // health, metrics, POST /revocations, on their own port
        app.UseRequestLog();
        app.UseProblems();
        app.UseWebSocketsOverHttp2();
        app.UseRouting();
        app.UseCors();
        app.UseCrossSiteGuard();
        app.UseWholeBodies();
        app.UseRateLimiter();

        app.MapSignIn();    // GET /login, GET /callback
        app.MapMe();        // GET /me
        app.MapRefresh();   // POST /refresh
        app.MapLogout();    // POST /logout
        app.MapSessions();  // GET, DELETE /sessions, DELETE /sessions/{id}
        app.MapEvents();    // GET /events
        app.MapBackChannelLogout(); // POST /backchannel-logout
        app.MapApiProxy();  // /api/**
        app.MapSwaggerPages(); // /swagger/, /openapi.yaml
        return app;
    }
}
