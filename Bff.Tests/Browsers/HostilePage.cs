using System.Net;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bff.Tests.Browsers;

/// <summary>A server of pages that mean harm, under whatever names lead to loopback.</summary>
internal sealed class HostilePage : IAsyncDisposable
{
    private readonly WebApplication app;

    private HostilePage(WebApplication app) => this.app = app;

    public int Port { get; private set; }

    /// <summary>Another site: an address has no site in common with a name.</summary>
    public Uri Foreign => new($"http://127.0.0.1:{Port}/");

    /// <summary>Another origin of the same site as the BFF's.</summary>
    public Uri Sibling => new($"http://localhost:{Port}/");

    public static async Task<HostilePage> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var port = FreePort.Next();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var page = new HostilePage(builder.Build()) { Port = port };
        page.app.Run(async context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.WriteAsync("<!doctype html><title>Free kittens</title><body></body>");
        });
        await page.app.StartAsync();
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await app.StopAsync(deadline.Token);
        await app.DisposeAsync();
    }
}
