using Bff.Settings;

namespace Bff.Oidc;

internal static partial class OidcRegistration
{
    public static IServiceCollection AddOidc(this IServiceCollection services, OidcOptions options) => services
        .AddProviderHttp(options)
        .AddSingleton<ProviderMetadata>()
        .AddHostedService<MetadataAtStart>()
        .AddSingleton<ProviderPause>()
        .AddSingleton<ClientSecret>()
        .AddSingleton<ClientPost>()
        .AddSingleton<TokenLog>()
        .AddSingleton<TokenClient>()
        .AddSingleton<SignedTokens>();

    /// <summary>Warns at start that secrets travel in the clear.</summary>
    public static void WarnOfHttpProvider(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<OidcOptions>();
        if (Origin.Parse(options.Authority) is { } authority && !Origin.IsSecure(authority))
            Log.HttpProvider(app.Logger, options.Authority);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Oidc:AllowHttp is set and the provider {Authority} is spoken to WITHOUT TLS:"
            + " the client secret and all tokens travel in the clear. For a local provider only.")]
        public static partial void HttpProvider(ILogger logger, string authority);
    }
}
