using Bff.Tests.Hosting;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Bff.Tests.Hosting;

/// <summary>This machine's Chromium, headless, one process for all tests; each test has a context (cookies, storage) of its own.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--no-first-run"
    ];

    // Two processors and a dozen tests at once: what takes a moment alone may take long here, and the first page on a machine even longer.
    private const float Patience = 60_000;

    private readonly SemaphoreSlim starting = new(1);
    private IPlaywright? playwright;
    private IBrowser? browser;

    static Chromium() => Assertions.SetDefaultExpectTimeout(Patience);

    public static string? ExecutablePath { get; } = InstalledProgram.Find("chromium", "chromium-browser", "google-chrome");

    /// <summary>A fresh browser profile; where there is no Chromium the test is skipped by name.</summary>
    public async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions? options = null)
    {
        var path = InstalledProgram.Require(ExecutablePath, "Chromium", "chromium");
        await starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            playwright ??= await Playwright.CreateAsync();
            browser ??= await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = Arguments, Timeout = 2 * Patience });
        }
        finally
        {
            starting.Release();
        }

        var context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        return context;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.CloseAsync();
        }

        playwright?.Dispose();
        starting.Dispose();
    }
}
