using System.Text.RegularExpressions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Proxy;

/// <summary>The nginx configuration of <c>docs/interoperability.md</c>, in a real nginx before two instances.</summary>
public sealed partial class InteroperabilityPageTests(SharedRedis redis)
{
    [Fact]
    public async Task Sockets_streams_uploads_and_header_bytes_pass_the_nginx_of_the_page()
    {
        await using var user = await SignedIn.StartAsync(redis);
        await using var nginx = await StartAsync(user.System);

        using var socket = await OpenStream.SocketAsync(user.System, user.Browser, nginx.Url);
        using var events = await OpenStream.EventsAsync(user.System, user.Browser, nginx.Url);
        using var own = await OpenStream.EventsAsync(user.System, user.Browser, nginx.Url, "/events");
        foreach (var stream in new[] { socket, events, own }) await stream.IsAliveAsync();
        string[] headers = ["X-Name: Ren\u00e9", "Content-Type: text/plain"];
        var upload = await user.SendAsync("POST /api/echo", headers, new string('x', 5_000_000), nginx.Url);

        Assert.Equal(200, upload.Status);
    }

    [Fact]
    public async Task A_rolling_restart_behind_the_nginx_of_the_page_loses_no_request()
    {
        await using var user = await SignedIn.StartAsync(redis);
        await using var nginx = await StartAsync(user.System);

        await IsServedAsync(user, nginx);
        await user.System.StopFirstAsync();
        await IsServedAsync(user, nginx);
        // Stops the second and starts the first.
        await user.System.RestartAsync();
        await IsServedAsync(user, nginx);
    }

    private static async Task IsServedAsync(SignedIn user, Nginx nginx)
    {
        foreach (var line in Enumerable.Repeat<string[]>(["GET /me", "POST /api/echo"], 3).SelectMany(pair => pair))
        {
            var answer = await user.SendAsync(line, at: nginx.Url);
            Assert.True(answer.Status == 200, answer.Text);
        }
    }

    private static async Task<Nginx> StartAsync(BffSystem system)
    {
        var second = await system.AddInstanceAsync();
        var page = await File.ReadAllTextAsync(Repository.PathTo("docs/interoperability.md"), TestContext.Current.CancellationToken);
        var configuration = Configuration().Match(page).Groups[1].Value;
        Assert.NotEmpty(configuration);
        return await Nginx.StartAsync(nginx => configuration
            .Replace("listen 443 ssl;", $"listen 127.0.0.1:{nginx.Url.Port};", StringComparison.Ordinal)
            .Replace("bff1:5000", $"127.0.0.1:{system.Url.Port}", StringComparison.Ordinal)
            .Replace("bff2:5000", $"127.0.0.1:{second.Port}", StringComparison.Ordinal));
    }

    [GeneratedRegex("```nginx\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Configuration();
}
