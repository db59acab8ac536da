using Bff.Local.Spa;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;

namespace Bff.Tests.Local;

/// <summary>
/// A browser at the single-page application, and a BFF that answers as the test says; alice is signed in unless the test changes that.
/// </summary>
public abstract class OpenedSpa(Chromium chromium) : IAsyncLifetime
{
    private protected StubBff bff = null!;
    private WebApplication spa = null!;
    private IBrowserContext context = null!;
    private protected IPage page = null!;

    public async ValueTask InitializeAsync()
    {
        context = await chromium.NewContextAsync();
        bff = await StubBff.StartAsync();
        spa = SpaServer.Build(new SpaOptions { Listen = "http://127.0.0.1:0", BffUrl = bff.Origin });
        await spa.StartAsync(TestContext.Current.CancellationToken);
        page = await context.NewPageAsync();
        SignedIn();
    }

    public async ValueTask DisposeAsync()
    {
        if (context is null)
        {
            return;
        }

        await context.CloseAsync();
        await spa.DisposeAsync();
        await bff.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected string Origin => spa.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    private protected ILocator Button(string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private protected Task Expect(string selector, string text) => Assertions.Expect(page.Locator(selector)).ToHaveTextAsync(text);

    private protected void SignedIn() => bff.Answers["GET /me"] = _ => StubBff.Me(TimeProvider.System.GetUtcNow());

    private protected void SignedOut() => bff.Answers["GET /me"] = _ => StubBff.Problem(401, "no_session");
}
