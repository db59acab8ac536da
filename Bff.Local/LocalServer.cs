namespace Bff.Local;

/// <summary>What the local parts have in common as web servers.</summary>
internal static class LocalServer
{
    /// <summary>
    /// A builder that reads no file and no environment: each part gets everything from its options.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddRouting();
        builder.Services.AddLogging(logging => logging
            .AddSimpleConsole(console =>
                (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ ", true))
            .SetMinimumLevel(LogLevel.Warning)
            // It would print a stack trace where Program prints the one line that helps.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None));
        return builder;
    }

    /// <summary>The local system is for development, unless the environment is set to <c>Production</c>.</summary>
    public static void InDevelopment(WebApplicationBuilder builder)
    {
        if (builder.Configuration[HostDefaults.EnvironmentKey] is null)
        {
            builder.Environment.EnvironmentName = Environments.Development;
        }
    }
}
