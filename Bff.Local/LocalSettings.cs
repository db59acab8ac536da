using Bff.Local.Api;
using Bff.Local.Spa;
using Bff.Local.UserPool;

namespace Bff.Local;

/// <summary>
/// All settings of the local system, from the environment and the command line, with what follows from one part for another.
/// </summary>
internal sealed class LocalSettings
{
    private readonly IConfiguration configuration;
    private readonly string[] args;

    /// <exception cref="CannotStartException">A setting has a value that it cannot have, or there is no such setting.</exception>
    public LocalSettings(string[] args)
    {
        this.args = args;
        configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        Local = Understand(() => Bound(LocalOptions.Section, new LocalOptions()));
        Local.DemandUsable();
        UserPool = Understand(ReadUserPool);
        Api = Understand(ReadApi);
        Spa = Understand(ReadSpa);
    }

    public LocalOptions Local { get; }

    public UserPoolOptions UserPool { get; }

    public ApiOptions Api { get; }

    public SpaOptions Spa { get; }

    /// <summary>The connection string of a Redis to use instead of the embedded one.</summary>
    public string? RedisConfiguration => configuration["Redis:Configuration"];

    /// <summary>Whether the settings have log levels of their own.</summary>
    public bool SaysHowToLog => configuration.GetSection("Logging").Exists();

    public AppClient Client => UserPool.Clients[0];

    /// <summary>The SPA's origin as the BFF has it: the example's, or one that the person's own settings name.</summary>
    public string SpaOrigin => configuration["Bff:SpaOrigins:0"] is { Length: > 0 } own ? own : LocalOptions.Origin(Local.SpaUrl);

    /// <summary>
    /// The BFF's settings, in the form of a command line; what the person's own command line says comes last, so that it wins.
    /// </summary>
    public string[] BffArguments(string redis) =>
    [
        $"--urls={Local.Listen(Local.BffUrl.Port)}",
        $"--Bff:PublicUrl={LocalOptions.Origin(Local.BffUrl)}",
        $"--Bff:SpaOrigins:0={SpaOrigin}",
        $"--Bff:ManagementPort={Local.ManagementPort}",
        $"--Oidc:Authority={UserPool.IssuerUrl}",
        "--Oidc:Provider=cognito",
        $"--Oidc:ClientId={Client.ClientId}",
        $"--Oidc:ClientSecret={Client.ClientSecrets[0]}",
        $"--Redis:Configuration={redis}",
        "--ReverseProxy:Routes:api:ClusterId=api",
        "--ReverseProxy:Routes:api:Match:Path=/api/{**catch-all}",
        $"--ReverseProxy:Clusters:api:Destinations:local:Address={Local.ApiUrl}",
        .. args
    ];

    private UserPoolOptions ReadUserPool()
    {
        var pool = UserPoolOptions.Read(configuration);
        if (configuration["UserPool:BindAddress"] is null && Local.BindAddress == "*")
        {
            pool.BindAddress = "*";
        }

        // Wherever the BFF and the SPA were put, the user pool must know them.
        var client = pool.Clients[0];
        client.CallbackURLs.Add(LocalOptions.Origin(Local.BffUrl) + "/callback");
        client.LogoutURLs.Add(LocalOptions.Origin(Local.SpaUrl) + "/");
        client.LogoutURLs.Add(LocalOptions.Origin(Local.BffUrl) + "/swagger/");
        return pool;
    }

    private ApiOptions ReadApi() => Bound(ApiOptions.Section, new ApiOptions
    {
        Listen = Local.Listen(Local.ApiUrl.Port),
        Issuer = UserPool.IssuerUrl.ToString(),
        ClientId = Client.ClientId
    });

    private SpaOptions ReadSpa() => Bound(SpaOptions.Section, new SpaOptions
    {
        Listen = Local.Listen(Local.SpaUrl.Port),
        BffUrl = LocalOptions.Origin(Local.BffUrl)
    });

    private T Bound<T>(string section, T options)
    {
        configuration.GetSection(section).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        return options;
    }

    private static T Understand<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException error)
        {
            throw new CannotStartException(error.Message);
        }
    }
}
