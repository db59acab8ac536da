using Bff.Configuration;
using Bff.Local.Api;
using Bff.Local.Spa;
using Bff.Local.UserPool;
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
            case "user-pool": return await ServeAsync(UserPoolServer.Build(new LocalSettings(args[1..]).UserPool, LocalServer.InDevelopment).App);
            case "api": return await ServeAsync(ApiServer.Build(new LocalSettings(args[1..]).Api));
            case "spa": return await ServeAsync(SpaServer.Build(new LocalSettings(args[1..]).Spa));
            case null or ['-', ..]: return await ServeAllAsync(new LocalSettings(args));
            case var other: throw new CannotStartException($"There is no part '{other}'. The parts are bff, user-pool, api and spa; without one, all of them run.");
        }
    }

    private static async Task<int> ServeAsync(WebApplication app)
    {
        await using (app)
        {
            await app.RunAsync();
            return 0;
        }
    }

    private static async Task<int> ServeAllAsync(LocalSettings settings)
    {
        await using var system = await LocalSystem.StartAsync(settings);
        await Console.Out.WriteLineAsync(Banner.For(system));
        await system.WaitForShutdownAsync();
        return 0;
    }
}
