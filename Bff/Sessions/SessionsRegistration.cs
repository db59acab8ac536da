namespace Bff.Sessions;

internal static class SessionsRegistration
{
    public static IServiceCollection AddSessions(this IServiceCollection services) => services
        .AddSingleton<SessionCookie>()
        .AddSingleton<SessionBus>()
        .AddSingleton<SessionEnding>()
        .AddSingleton<SessionStore>()
        .AddSingleton<SessionMonitor>()
        .AddSingleton<UserSessions>();
}
