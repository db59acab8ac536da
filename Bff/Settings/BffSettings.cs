using Bff.Oidc;
using Bff.Proxy;
using Bff.Security;
using Bff.Sessions;
using Bff.Storage;

namespace Bff.Settings;

/// <summary>All settings, read and checked as a whole before anything starts.</summary>
internal sealed record BffSettings(BffOptions Bff, OidcOptions Oidc, RedisOptions Redis, SessionOptions Session, KeyRingOptions KeyRing,
    RateLimitOptions RateLimit)
{
    public const string SecretsFolder = "/run/secrets";

    /// <exception cref="SettingsException">Any setting is missing or wrong; the message names all of them.</exception>
    public static BffSettings Read(IConfiguration configuration)
    {
        var settings = Read(configuration, out var faults);
        return faults is [] ? settings : throw new SettingsException(faults);
    }

    /// <summary>The settings as far as they can be read.</summary>
    /// <param name="faults">Each begins with the key that it is about. A setting with a fault must not be used.</param>
    public static BffSettings Read(IConfiguration configuration, out IReadOnlyList<string> faults)
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
        faults = reader.Faults;
        return settings;
    }
}

internal static partial class SettingsRegistration
{
    public static IServiceCollection AddSettings(this IServiceCollection services, BffSettings settings, Secrets secrets) => services
        .AddSingleton(provider => secrets.LogTo(provider.GetRequiredService<ILogger<Secrets>>()))
        .AddSingleton(settings.Bff)
        .AddSingleton(settings.Oidc)
        .AddSingleton(settings.Redis)
        .AddSingleton(settings.Session)
        .AddSingleton(settings.RateLimit);

    /// <summary>One line at start: what runs here, and the URLs to register; when one is not registered, only the provider knows.</summary>
    public static void LogStart(this WebApplication app, BffSettings settings)
    {
        var (bff, oidc) = (settings.Bff, settings.Oidc);
        // Endpoints come first. What follows an option may be the rest of a password with a comma, and what precedes an @ a password.
        var redis = settings.Redis.Configuration.Split(',').TakeWhile(part => !part.Contains('=', StringComparison.Ordinal))
            .Select(part => part.Split('@')[^1].Trim());
        var origins = string.Join(' ', bff.SpaOrigins);
        Log.Start(
            app.Logger, ProgramVersion.Text, bff.PublicOrigin, origins, oidc.Authority, oidc.ClientId, string.Join(' ', redis),
            bff.RedirectUri,
            string.Join(' ', new[] { bff.SignedOut, bff.SignedOutFrom(bff.PublicOrigin) }.Distinct()));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "started: BFF {Version} at {PublicUrl} for the SPA origins {SpaOrigins}; issuer {Issuer}, "
            + "client {ClientId}; Redis {Redis}. To be registered at the provider: redirect URL {RedirectUrl}, sign-out URL {SignOutUrl}.")]
        public static partial void Start(
            ILogger logger, string version, string publicUrl, string spaOrigins, string issuer, string clientId, string redis,
            string redirectUrl, string signOutUrl);
    }
}
