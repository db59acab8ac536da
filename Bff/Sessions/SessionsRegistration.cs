namespace Bff.Sessions;

internal static class SessionsRegistration
{
    public static IServiceCollection AddSessions(this IServiceCollection services) => services
        .ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, MeJson.Default))
        .AddSingleton<SessionCookie>()
        .AddSingleton<SessionBus>()
        .AddSingleton<SessionEnding>()
        .AddSingleton<SessionStore>()
        .AddSingleton<SessionMonitor>()
        .AddSingleton<UserSessions>();
}
