using System.Collections.Concurrent;
using Bff.Local;
using Bff.Tests.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Bff.Tests.Browsers;

/// <summary>The whole local system on free ports, and a Chromium profile of its own in front of it.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly LocalSystem system;
    private readonly ConcurrentQueue<string> complaints = [];
    private readonly ConcurrentQueue<string> failures = [];

    private Visit(IBrowserContext context, LocalSystem system, TokenTap tap, LogSink logs)
    {
        (Context, this.system, Tap, Logs) = (context, system, tap, logs);
        context.Console += (_, message) => Complain(message);
        context.WebError += (_, error) => complaints.Enqueue(error.Error);
        context.Response += (_, response) => Note(response);
    }

    public IBrowserContext Context { get; }

    /// <summary>What the user pool gave the BFF.</summary>
    public TokenTap Tap { get; }

    /// <summary>What all parts wrote into their logs.</summary>
    public LogSink Logs { get; }

    public Uri Spa => system.Settings.Local.SpaUrl;

    public Uri Bff => system.Settings.Local.BffUrl;

    public Uri Pool => system.Settings.UserPool.DomainUrl;

    /// <summary>Errors of scripts, refusals by a Content-Security-Policy, and whatever else the console holds against the pages.</summary>
    public IEnumerable<string> Complaints => complaints;

    /// <summary>Answers of 400 and above, as <c>401 GET /me</c>.</summary>
    public IEnumerable<string> Failures => failures;

    public static async Task<Visit> StartAsync(Chromium chromium, SharedRedis redis, BrowserNewContextOptions? options = null,
        string poolHost = "localhost") =>
        await StartAsync(chromium, await redis.GetConfigurationAsync(), options, poolHost);

    /// <param name="chromium">The browser.</param>
    /// <param name="redis">Its configuration.</param>
    /// <param name="options">Of the profile.</param>
    /// <param name="poolHost">The name by which the browser knows the user pool; another than <c>localhost</c> makes it another
    /// site.</param>
    public static async Task<Visit> StartAsync(Chromium chromium, string redis, BrowserNewContextOptions? options = null,
        string poolHost = "localhost")
    {
        // First, so that nothing else is started where there is no Chromium.
        var context = await chromium.NewContextAsync(options ?? new() { Locale = "en-US" });
        var pool = new UriBuilder("http", poolHost, FreePort.Next()).Uri;
        var tap = await TokenTap.StartAsync(new UriBuilder(pool) { Host = "localhost" }.Uri);
        var logs = new LogSink();
        var system = await LocalSystem.StartAsync(new LocalSettings(Arguments(redis, pool, tap)), builder =>
            builder.Logging.ClearProviders().AddProvider(logs));
        return new Visit(context, system, tap, logs);
    }

    /// <summary>A new tab at the SPA.</summary>
    public async Task<IPage> OpenSpaAsync(string path = "/")
    {
        var page = await Context.NewPageAsync();
        await page.GotoAsync(new Uri(Spa, path).AbsoluteUri);
        return page;
    }

    /// <summary>The one cookie of this name, with all its attributes.</summary>
    public async Task<BrowserContextCookiesResult> CookieAsync(string name) =>
        Assert.Single(await Context.CookiesAsync(), cookie => cookie.Name == name);

    public async ValueTask DisposeAsync()
    {
        await Context.CloseAsync();
        await system.DisposeAsync();
        await Tap.DisposeAsync();
    }

    private static string[] Arguments(string redis, Uri pool, TokenTap tap) =>
    [
        $"--Local:SpaUrl=http://localhost:{FreePort.Next()}",
        $"--Local:BffUrl=http://localhost:{FreePort.Next()}",
        $"--Local:ApiUrl=http://localhost:{FreePort.Next()}",
        $"--Local:ManagementPort={FreePort.Next()}",
        $"--UserPool:DomainUrl={pool.Origin()}",
        $"--UserPool:IssuerUrl=http://localhost:{FreePort.Next()}/local_pool",
        $"--UserPool:BackchannelUrl={tap.Url}",
        $"--UserPool:Users:2:Username={Person.WithPassword}",
        $"--UserPool:Users:2:Password={The.Password}",
        $"--Redis:Configuration={redis}",
        $"--Redis:KeyPrefix={SharedRedis.NewKeyPrefix()}",
        "--RateLimit:LoginsPerMinute=1000",
        // A line per request. The local system is quieter by itself.
        "--Logging:LogLevel:Bff.Operations.RequestLog=Information",
        "--Logging:LogLevel:Default=Information",
        // The test does not wait five seconds before pressing "Refresh".
        "--Session:MinimumRefreshInterval=00:00:00",
    ];

    private void Complain(IConsoleMessage message)
    {
        // Chromium's own line about an answer of 400 or above is no fault of the page; Failures has the answer.
        if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            complaints.Enqueue(message.Text);
    }

    private void Note(IResponse response)
    {
        if (response.Status >= 400) failures.Enqueue($"{response.Status} {response.Request.Method} {new Uri(response.Url).AbsolutePath}");
    }
}
