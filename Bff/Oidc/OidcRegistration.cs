namespace Bff.Oidc;

internal static class OidcRegistration
{
    public static IServiceCollection AddOidc(this IServiceCollection services, OidcOptions options) => services
        .AddProviderHttp(options)
        .AddSingleton<ProviderMetadata>()
        .AddSingleton<TokenClient>()
        .AddSingleton<IdTokenValidator>();
}
