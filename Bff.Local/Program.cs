using Bff.Local.Api;
using Bff.Local.Spa;
using Bff.Local.UserPool;
using Bff.Operations;
using Bff.Settings;
using Microsoft.Extensions.Options;

namespace Bff.Local;

/// <summary>Without an argument the whole system; with the name of a part, that part alone.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        try
        {
            return await RunAsync(args);
        }
        // A port that was taken in the last moment is an IOException with a message that names it.
        catch (Exception error) when (error is CannotStartException or SettingsException or OptionsValidationException or IOException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
    }

    private static async Task<int> RunAsync(string[] args)
    {
        switch (args.FirstOrDefault())
        {
            case "bff": return await Bff.Program.Main(args[1..]);
            case "user-pool": return await ServeUserPoolAsync(new LocalSettings(args[1..]));
            case "api": return await ServeAsync("API", new LocalSettings(args[1..]), settings => ApiServer.Build(settings.Api));
            case "spa": return await ServeAsync("SPA", new LocalSettings(args[1..]), settings => SpaServer.Build(settings.Spa));
            case "health": return await HealthAsync(args.ElementAtOrDefault(1), new LocalSettings(args[1..]));
            case null or ['-', ..]: return await ServeAllAsync(new LocalSettings(args));
            case var other:
                throw new CannotStartException($"There is no part '{other}'. The parts are bff, user-pool, api and spa; "
                + $"without one, all of them run.");
        }
    }

    /// <summary>For container engines: whether the part that runs in the same container, with the same settings, answers.</summary>
    private static Task<int> HealthAsync(string? part, LocalSettings settings) => HealthCheck.AskAsync(new(part switch
    {
        "user-pool" => $"http://localhost:{settings.UserPool.IssuerPort ?? settings.UserPool.IssuerUrl.Port}"
            + $"{settings.UserPool.IssuerUrl.AbsolutePath}/.well-known/openid-configuration",
        "api" => $"http://localhost:{settings.Local.ApiUrl.Port}/health",
        "spa" => $"http://localhost:{settings.Local.SpaUrl.Port}/health",
        _ => throw new CannotStartException($"There is no health of '{part}'. Ask for that of user-pool, api or spa."),
    }));

    private static async Task<int> ServeAsync(string part, LocalSettings settings, Func<LocalSettings, WebApplication> build)
    {
        LocalSystem.DemandFreePorts(settings, part);
        await using var app = build(settings);
        await app.RunAsync();
        return 0;
    }

    private static async Task<int> ServeUserPoolAsync(LocalSettings settings)
    {
        LocalSystem.DemandFreePorts(settings, "user pool");
        await using var pool = UserPoolServer.Build(settings.UserPool, LocalServer.InDevelopment);
        await pool.StartAsync();
        await Console.Out.WriteLineAsync(Banner.For(settings.UserPool));
        await pool.App.WaitForShutdownAsync();
        return 0;
    }

    private static async Task<int> ServeAllAsync(LocalSettings settings)
    {
        await using var system = await LocalSystem.StartAsync(settings);
        await Console.Out.WriteLineAsync(Banner.For(system));
        await system.WaitForShutdownAsync();
        return 0;
    }
}
