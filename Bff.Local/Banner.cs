using Bff.Local.UserPool;

namespace Bff.Local;

/// <summary>What the person at the keyboard reads when everything is up.</summary>
internal static class Banner
{
    public static string For(UserPoolOptions pool) => $"""

          The user pool is up.

            Sign-in pages and console  {LocalOptions.Origin(pool.DomainUrl)}
            Issuer                     {pool.IssuerUrl}
            App client                 {pool.Clients[0].ClientId}
            E-mail, temporary password {string.Join(", or ", pool.Users
                .Where(user => user.TemporaryPassword is not null).Select(user => $"{user.Username} {user.TemporaryPassword}"))}

        """;

    public static string For(LocalSystem system)
    {
        var settings = system.Settings;
        var local = settings.Local;
        var user = settings.UserPool.Users.FirstOrDefault(user => user.TemporaryPassword is not null);
        var bff = LocalOptions.Origin(local.BffUrl);
        return $"""

              Everything is up. Open the SPA and sign in:

                SPA                 {settings.SpaOrigin}
                E-mail              {user?.Username}
                Temporary password  {user?.TemporaryPassword}

                BFF                 {bff}  (Swagger UI: {bff}/swagger/, health: http://localhost:{local.ManagementPort}/health/ready)
                User pool           {LocalOptions.Origin(settings.UserPool.DomainUrl)}  (issuer: {settings.UserPool.IssuerUrl})
                API                 {LocalOptions.Origin(local.ApiUrl)}
                Redis               {(system.RedisIsEmbedded ? $"{system.RedisConfiguration}  (embedded)" : "as configured")}

              Ctrl-C ends all of it.

            """;
    }
}
