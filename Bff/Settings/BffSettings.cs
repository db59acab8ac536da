using Bff.Oidc;
using Bff.Proxy;
using Bff.Security;
using Bff.Sessions;
using Bff.Storage;

namespace Bff.Settings;

/// <summary>All settings, read and checked as a whole before anything starts.</summary>
internal sealed record BffSettings(BffOptions Bff, OidcOptions Oidc, RedisOptions Redis, SessionOptions Session, KeyRingOptions KeyRing, RateLimitOptions RateLimit)
{
    public const string SecretsFolder = "/run/secrets";

    /// <exception cref="SettingsException">Any setting is missing or wrong; the message names all of them.</exception>
    public static BffSettings Read(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration);
        var settings = new BffSettings(
            reader.Read(BffOptions.Section, new BffOptionsValidator()),
            reader.Read(OidcOptions.Section, new OidcOptionsValidator()),
            reader.Read(RedisOptions.Section, new RedisOptionsValidator()),
            reader.Read(SessionOptions.Section, new SessionOptionsValidator()),
            reader.Read(KeyRingOptions.Section, new KeyRingOptionsValidator()),
            reader.Read(RateLimitOptions.Section, new RateLimitOptionsValidator()));
        reader.Add(ProxyRoutes.Faults(configuration.GetSection(ProxyRoutes.Section)));
        reader.AddMisspeltSections();
        reader.ThrowIfFaulty();
        return settings;
    }
}

internal static class SettingsRegistration
{
    public static IServiceCollection AddSettings(this IServiceCollection services, BffSettings settings) => services
        .AddSingleton(settings.Bff)
        .AddSingleton(settings.Oidc)
        .AddSingleton(settings.Redis)
        .AddSingleton(settings.Session)
        .AddSingleton(settings.RateLimit);
}
