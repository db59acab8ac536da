using Bff.Local.Api;
using Bff.Local.UserPool;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Bff.Tests.Hosting;

/// <summary>How the applications of a system run in the tests' own process: they log nowhere and stop without delay.</summary>
internal static class QuietApp
{
    public static void Configure(WebApplicationBuilder builder)
    {
        builder.Environment.EnvironmentName = "Testing";
        builder.Logging.ClearProviders();
    }

    /// <summary>The API that takes the access tokens of a user pool.</summary>
    public static async Task<WebApplication> StartApiAsync(Uri at, UserPoolHandle pool, Action<WebApplicationBuilder> configure)
    {
        var api = ApiServer.Build(new ApiOptions
        {
            Listen = at.Origin(),
            Issuer = pool.IssuerUrl.ToString(),
            ClientId = pool.Options.Clients[0].ClientId
        }, configure);
        await api.StartAsync();
        return api;
    }

    // An answer that a fault holds back would hold back the end too.
    public static async Task StopAsync(WebApplication app)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await app.StopAsync(deadline.Token);
        await app.DisposeAsync();
    }
}
