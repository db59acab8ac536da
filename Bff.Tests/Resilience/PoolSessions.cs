using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>Whom the user pool of a fleet knows: only a user's first sign-in costs a password.</summary>
internal sealed class PoolSessions : IDisposable
{
    private readonly Dictionary<string, Cookie[]> cookies = [];
    private readonly SemaphoreSlim signingIn = new(1);

    public IReadOnlyList<Cookie> CookiesOf(string user) => cookies[user];

    public async Task SignInAsync(FleetBrowser browser, int at, string user)
    {
        if (cookies.TryGetValue(user, out var known))
        {
            await browser.SignInAsync(at, user, known);
            return;
        }
        await signingIn.WaitAsync();
        try
        {
            await browser.SignInAsync(at, user, cookies.GetValueOrDefault(user, []));
            cookies[user] = [.. browser.Window.Cookies.All.Where(cookie =>
                !cookie.Name.StartsWith(The.SessionCookie, StringComparison.Ordinal))];
        }
        finally
        {
            signingIn.Release();
        }
    }

    public void Dispose() => signingIn.Dispose();
}
