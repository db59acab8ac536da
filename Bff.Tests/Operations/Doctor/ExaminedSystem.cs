using Bff.Local.UserPool;
using Bff.Operations.Doctor;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Builder;

namespace Bff.Tests.Operations.Doctor;

/// <summary>
/// What doctor examines: a user pool and an API on the machine's clock, a Redis, and settings of a BFF that fit them. No BFF runs. A test
/// breaks one of them.
/// </summary>
internal sealed class ExaminedSystem : IAsyncDisposable
{
    public const string ManagementKey = "the-management-key-0123456789";

    private WebApplication? api;

    private ExaminedSystem()
    {
    }

    public Uri Url { get; } = new($"http://localhost:{FreePort.Next()}");

    public Uri Spa { get; } = new($"http://localhost:{FreePort.Next()}/");

    public Uri Api { get; } = new($"http://localhost:{FreePort.Next()}");

    public UserPoolHandle Pool { get; private set; } = null!;

    public AppClient Client => Pool.Options.Clients[0];

    public Dictionary<string, string> Settings { get; private set; } = [];

    public static async Task<ExaminedSystem> StartAsync(string redisConfiguration)
    {
        var system = new ExaminedSystem();
        system.Pool = UserPoolServer.Build(UsualSettings.OfPool(system.Url, system.Spa), QuietApp.Configure);
        await system.Pool.StartAsync();
        system.api = await QuietApp.StartApiAsync(system.Api, system.Pool, QuietApp.Configure);
        system.Client.LogoutURLs.Add(system.Url.Origin() + "/swagger/");
        system.Settings = new(UsualSettings.OfBff(system.Url, system.Spa, system.Api, system.Pool))
        {
            ["Bff:ManagementKey"] = ManagementKey,
            ["Redis:Configuration"] = redisConfiguration,
            ["Redis:KeyPrefix"] = SharedRedis.NewKeyPrefix(),
        };
        return system;
    }

    /// <summary>Takes another provider than the user pool.</summary>
    public void Use(TestProvider provider, string kind = "oidc")
    {
        foreach (var (key, value) in provider.Settings) Settings[key] = value;
        Settings["Oidc:Provider"] = kind;
    }

    /// <summary>Doctor in this process. Whatever it finds, it prints no secret.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var exitCode = await DoctorVerb.RunAsync([.. arguments, .. Arguments()], output, errors);
        Assert.Equal("", errors.ToString());
        Assert.All(Secrets(), secret => Assert.DoesNotContain(secret, output.ToString(), StringComparison.Ordinal));
        return (exitCode, output.ToString());
    }

    public IEnumerable<string> Arguments() => Settings.Select(setting => $"--{setting.Key}={setting.Value}");

    public IEnumerable<string> Secrets() => new[] { ManagementKey, Settings.GetValueOrDefault("Oidc:ClientSecret") ?? "",
        Settings.GetValueOrDefault("DataProtection:CertificatePassword") ?? "",
        Settings.GetValueOrDefault("Redis:Configuration")?.Split("password=") is [_, var password] ? password : "" }
        .Where(secret => secret is not "");

    public async ValueTask DisposeAsync()
    {
        if (api is not null) await QuietApp.StopAsync(api);
        await QuietApp.StopAsync(Pool.App);
    }
}
