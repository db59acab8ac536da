namespace Bff.Local.UserPool;

/// <summary>
/// The local user pool's addresses, and the pool, app clients and users in CloudFormation's words (<c>userpool.json</c>).
/// </summary>
internal sealed class UserPoolOptions
{
    public const string Section = "UserPool";

    /// <summary>
    /// Where browsers reach the sign-in pages. Port 0 takes a free port of 127.0.0.1. Default <c>http://localhost:5001</c>.
    /// </summary>
    public Uri DomainUrl { get; set; } = new("http://localhost:5001");

    /// <summary>
    /// The issuer, which is another origin than the domain, as Cognito's is. Default <c>http://localhost:5002/local_pool</c>.
    /// </summary>
    public Uri IssuerUrl { get; set; } = new("http://localhost:5002/local_pool");

    /// <summary>
    /// Where clients reach the token, userInfo and revocation endpoints, when not at the domain: containers know the pool by
    /// another name than browsers do.
    /// </summary>
    public Uri? BackchannelUrl { get; set; }

    /// <summary>The port to listen on for the domain. Default: the port of <see cref="DomainUrl"/>.</summary>
    public int? DomainPort { get; set; }

    /// <summary>The port to listen on for the issuer. Default: the port of <see cref="IssuerUrl"/>.</summary>
    public int? IssuerPort { get; set; }

    /// <summary><c>loopback</c> (default), <c>*</c>, or one IP address.</summary>
    public string BindAddress { get; set; } = "loopback";

    /// <summary>Lets the local user pool start although the environment is Production. Default <c>false</c>.</summary>
    public bool AllowProduction { get; set; }

    public PoolSettings Pool { get; set; } = new();

    public List<AppClient> Clients { get; set; } = [];

    public List<UserSettings> Users { get; set; } = [];

    /// <summary>
    /// <c>userpool.json</c> beside the program, overridden key by key by the section <c>UserPool</c> of <paramref
    /// name="overrides"/>.
    /// </summary>
    public static UserPoolOptions Read(IConfiguration? overrides = null)
    {
        var layers = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "userpool.json"), optional: false, reloadOnChange: false)
            .AddInMemoryCollection(overrides?.GetSection(Section).AsEnumerable(makePathsRelative: true))
            .Build();
        var options = new UserPoolOptions();
        layers.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        return options;
    }
}
