namespace Bff.Sessions;

internal static class SessionsRegistration
{
    public static IServiceCollection AddSessions(this IServiceCollection services) => services
        .AddSingleton<RedisKeys>()
        .AddSingleton<RefreshLock>()
        .AddSingleton<SessionCookie>()
        .AddSingleton<SessionStore>();
}
