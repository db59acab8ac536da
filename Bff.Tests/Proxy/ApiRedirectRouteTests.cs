using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Proxy;

/// <summary>What counts as this origin, and as the route of the API that redirects, however it is written.</summary>
public sealed class ApiRedirectRouteTests(SharedRedis redis)
{
    /// <summary>A browser drops empty credentials and the dot of the root, and goes there with method, body and X-CSRF.</summary>
    [Fact, Row("PRX-07", "PRX-09")]
    public async Task A_redirect_of_the_API_to_this_origin_is_known_however_its_host_is_written()
    {
        await using var route = await RedirectingRoute.StartAsync(redis, "/api/a/{**rest}");
        var (host, origin) = (route.System.Url.Authority, route.System.Url.Origin());
        string[] elsewhere =
        [
            $"http://:@{host}/logout", $"http://:@{host}/api/b", $"http://@{host}/logout", $"http://x@{host}/logout",
            $"http://x:y@{host}/logout", $"http://x@y@{host}/logout", $"//:@{host}/logout", $"HTTP://:@{host.ToUpperInvariant()}/logout",
            $"http:\\\\:@{host}\\logout", $"\\\\:@{host}\\logout", $"/\\:@{host}/logout", $" http://:@{host}/logout",
            $"http://:@{host}?x", $"http://:@{host}#x", $"///:@{host}/logout", $"///{host}/logout", $"http:////{host}/logout",
            $"http://evil.example@{host}/logout", $"http://:@{host}/api/a/y", "https://user@files.example/",
            $"http://localhost.:{route.System.Url.Port}/logout", $"http://LOCALHOST.:{route.System.Url.Port}/logout",
            $"http://local%68ost:{route.System.Url.Port}/logout", $"http://localhost%2e:{route.System.Url.Port}/logout",
            $"http://localhost:0{route.System.Url.Port}/logout", $"https://{host}/logout", $"http://{host}", $"http://{host}?x",
            $"http://{host}#x", $"http://{host}\\logout",
        ];

        foreach (var sent in elsewhere) Assert.False(await route.PassesAsync("/api/a/x", sent), sent);
        foreach (var sent in new[] { "https://files.example/@user?x=a@b#c@d", "//files.example/@x", "/api/a/@x", "@x",
            origin.ToUpperInvariant() + "/api/a/y", $"http://localhost:{route.System.Spa.Port}/" })
            Assert.True(await route.PassesAsync("/api/a/x", sent), sent);
    }

    [Theory, Row("PRX-07", "PRX-09")]
    [InlineData("https://bff.example:443/logout"), InlineData("https://bff.example:/logout")]
    [InlineData("https://BFF.example.:443/logout"), InlineData("//bff.example:443/logout")]
    [InlineData("http://bff.example/logout"), InlineData("http://bff.example:80/logout"), InlineData("http://bff.example:443/logout")]
    public async Task A_redirect_to_this_origin_is_known_with_default_port_and_by_http(string sent)
    {
        await using var route = await RedirectingRoute.StartAsync(redis, "/api/a/{**rest}", ("Bff:PublicUrl", "https://bff.example"));

        Assert.False(await route.PassesAsync("/api/a/x", sent));
        Assert.True(await route.PassesAsync("/api/a/x", sent.Replace("bff.example", "app.example", StringComparison.OrdinalIgnoreCase)));
        Assert.True(await route.PassesAsync("/api/a/x", sent.Replace("/logout", "/api/a/y", StringComparison.Ordinal)));
    }

    private sealed class RedirectingRoute : IAsyncDisposable
    {
        private string location = "";
        private RecordingApi api = null!;
        private Browser browser = null!;

        public BffSystem System { get; private set; } = null!;

        public static async Task<RedirectingRoute> StartAsync(SharedRedis redis, string pattern,
            params (string Key, string Value)[] settings)
        {
            var route = new RedirectingRoute();
            route.api = await RecordingApi.StartAsync(context =>
            {
                (context.Response.StatusCode, context.Response.Headers.Location) = (307, route.location);
                return Task.CompletedTask;
            });
            route.System = await BffSystem.StartAsync(redis, [.. route.api.Settings, ("ReverseProxy:Routes:api:Match:Path", pattern)]);
            route.browser = route.System.Browser();
            await route.browser.SignInAsync(route.System);
            if (settings.Length == 0) return route;
            // The sign-in needs the origin where it listens; the session then outlives the restart.
            foreach (var (key, value) in settings) route.System.Settings[key] = value;
            await route.System.RestartAsync();
            return route;
        }

        public async Task<bool> PassesAsync(string path, string sent)
        {
            location = sent;
            using var answer = await browser.CallAsync(System, HttpMethod.Post, path);
            Assert.Equal(HttpStatusCode.TemporaryRedirect, answer.StatusCode);
            return answer.Headers.NonValidated.Contains("Location");
        }

        public async ValueTask DisposeAsync()
        {
            browser.Dispose();
            await System.DisposeAsync();
            await api.DisposeAsync();
        }
    }
}
