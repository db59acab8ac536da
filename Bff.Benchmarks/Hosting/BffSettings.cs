using Bff.Local.UserPool;

namespace Bff.Benchmarks.Hosting;

/// <summary>The settings of an instance of the BFF.</summary>
/// <param name="Api">The port of the API.</param>
internal sealed record BffSettings(string Redis, UserPoolOptions Pool, int Api)
{
    /// <summary>Where the provider sends browsers: the first instance's port; null for the instance's own.</summary>
    public int? PublicPort { get; init; }

    /// <summary>Whether each request is a line in the log.</summary>
    public bool LogsRequests { get; init; }

    public IEnumerable<string> Arguments(int port, int management) =>
    [
        $"--urls=http://127.0.0.1:{port}",
        $"--Bff:PublicUrl=http://localhost:{PublicPort ?? port}",
        "--Bff:SpaOrigins:0=http://localhost:1",
        $"--Bff:ManagementPort={management}",
        $"--Oidc:Authority={Pool.IssuerUrl}",
        "--Oidc:Provider=cognito",
        $"--Oidc:ClientId={Pool.Clients[0].ClientId}",
        $"--Oidc:ClientSecret={Pool.Clients[0].ClientSecrets[0]}",
        $"--Redis:Configuration={Redis}",
        "--RateLimit:LoginsPerMinute=1000000",
        "--Session:MinimumRefreshInterval=00:00:00",
        "--Kestrel:Limits:MaxRequestBodySize=4000000000",
        "--ReverseProxy:Routes:api:ClusterId=api",
        "--ReverseProxy:Routes:api:Match:Path=/api/{**catch-all}",
        $"--ReverseProxy:Clusters:api:Destinations:local:Address=http://127.0.0.1:{Api}/",
        Programs.Quiet,
        $"--Logging:LogLevel:Bff.Operations.RequestLog={(LogsRequests ? "Information" : "Warning")}",
    ];
}
