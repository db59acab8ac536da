using Bff.Local.UserPool;

namespace Bff.Tests.Hosting;

/// <summary>The settings of the parts of the system in tests.</summary>
internal static class UsualSettings
{
    /// <param name="bff">Where browsers reach the BFF.</param>
    /// <param name="spa">The SPA's origin.</param>
    /// <param name="change">What a test wants otherwise.</param>
    public static UserPoolOptions OfPool(Uri bff, Uri spa, Action<UserPoolOptions>? change = null)
    {
        var options = UserPoolOptions.Read();
        options.DomainUrl = new($"http://localhost:{FreePort.Next()}");
        options.IssuerUrl = new($"http://localhost:{FreePort.Next()}/local_pool");
        options.Clients[0].CallbackURLs = [bff.Origin() + "/callback"];
        options.Clients[0].LogoutURLs = [spa.AbsoluteUri];
        options.Users.ForEach(user => (user.Password, user.TemporaryPassword) = (The.Password, null));
        change?.Invoke(options);
        return options;
    }

    public static Dictionary<string, string> OfBff(Uri bff, Uri spa, Uri api, UserPoolHandle pool) => new()
    {
        ["Bff:PublicUrl"] = bff.Origin(),
        ["Bff:SpaOrigins:0"] = spa.Origin(),
        ["Oidc:Authority"] = pool.IssuerUrl.ToString(),
        ["Oidc:Provider"] = "cognito",
        ["Oidc:ClientId"] = pool.Options.Clients[0].ClientId,
        ["Oidc:ClientSecret"] = pool.Options.Clients[0].ClientSecrets[0],
        ["Logging:LogLevel:Bff.Operations.RequestLog"] = "Information",
        ["RateLimit:LoginsPerMinute"] = "1000",
        ["ReverseProxy:Routes:api:ClusterId"] = "api",
        ["ReverseProxy:Routes:api:Match:Path"] = "/api/{**catch-all}",
        ["ReverseProxy:Clusters:api:Destinations:local:Address"] = api.AbsoluteUri,
    };
}
