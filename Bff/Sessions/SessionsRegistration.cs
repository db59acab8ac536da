using System.Text;
using Bff.Storage;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace Bff.Sessions;

internal static class SessionsRegistration
{
    public static IServiceCollection AddSessions(this IServiceCollection services) => services
        // Any bytes but controls may stand in a cookie. Read as UTF-8, one of a neighbouring application could make every request a 400.
        .Configure<KestrelServerOptions>(kestrel => kestrel.RequestHeaderEncodingSelector = name => name == HeaderNames.Cookie ? Encoding.Latin1 : null)
        .AddSingleton<RedisKeys>()
        .AddSingleton<SessionCookie>()
        .AddSingleton<SessionBus>()
        .AddSingleton<SessionEnding>()
        .AddSingleton<SessionStore>()
        .AddSingleton<SessionMonitor>()
        .AddSingleton<UserSessions>();
}
