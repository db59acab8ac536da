using Bff.Storage;

namespace Bff.Sessions;

internal static class SessionsRegistration
{
    public static IServiceCollection AddSessions(this IServiceCollection services) => services
        .AddSingleton<RedisKeys>()
        .AddSingleton<RefreshLock>()
        .AddSingleton<SessionCookie>()
        .AddSingleton<SessionEnds>()
        .AddSingleton<SessionEvents>()
        .AddSingleton<SessionIndex>()
        .AddSingleton<SessionStore>()
        .AddSingleton<SessionWatches>()
        .AddSingleton<UserSessions>();
}
