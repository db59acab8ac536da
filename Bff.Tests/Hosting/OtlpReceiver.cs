using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bff.Tests.Hosting;

/// <summary>A collector of traces and metrics, over HTTP with Protocol Buffers (OTLP 1.0).</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Lock gate = new();
    private volatile List<ReceivedSpan> spans = [];
    private readonly ConcurrentQueue<string> bodies = [];

    private OtlpReceiver(WebApplication app) => this.app = app;

    /// <summary>The variables of the environment that make a program send everything here, and soon.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", app.Urls.Single()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
    ];

    public IReadOnlyCollection<ReceivedSpan> Spans => spans;

    /// <summary>All that came, with the texts as they are.</summary>
    public string All => string.Join('\n', bodies);

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new OtlpReceiver(builder.Build());
        receiver.app.MapPost("/v1/{signal}", receiver.ReceiveAsync);
        await receiver.app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync() => await QuietApp.StopAsync(app);

    private async Task ReceiveAsync(HttpContext context, string signal)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        bodies.Enqueue(Encoding.UTF8.GetString(body.ToArray()));
        if (signal != "traces") return;
        // All spans of a message at once: the one that a test waits for may be the first of them.
        lock (gate) spans = [.. spans, .. ReceivedSpan.Read(body.ToArray())];
    }
}
