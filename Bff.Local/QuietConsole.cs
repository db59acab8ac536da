namespace Bff.Local;

/// <summary>Keeps the parts from talking over the banner: warnings and errors only, unless the settings say how to log.</summary>
internal static class QuietConsole
{
    public static Action<WebApplicationBuilder> For(LocalSettings settings) => builder =>
    {
        // An open event stream must not hold up the end.
        builder.Services.PostConfigure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        if (!settings.SaysHowToLog)
        {
            builder.Services.PostConfigure<LoggerFilterOptions>(filters =>
            {
                filters.Rules.Clear();
                filters.MinLevel = LogLevel.Warning;
                // That the key ring lies unencrypted in Redis matters to an operator, not here.
                filters.Rules.Add(new LoggerFilterRule(null, "Microsoft.AspNetCore.DataProtection", LogLevel.Error, null));
            });
        }
    };
}
