using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Bff.Tests.Hosting;

/// <summary>An API that writes down what reached it and answers as the test says.</summary>
internal sealed class RecordingApi : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Request> requests = [];

    private RecordingApi(WebApplication app) => this.app = app;

    internal sealed record Request(string Method, string Target, string Host, Dictionary<string, StringValues> Headers, string? Body)
    {
        public string? Token => Headers.TryGetValue("Authorization", out var value) ? value.ToString() : null;
    }

    public Uri Url => new(app.Urls.Single());

    public IReadOnlyCollection<Request> Requests => requests;

    /// <summary>The settings that make the BFF's only route lead here.</summary>
    public (string Key, string Value)[] Settings => [("ReverseProxy:Clusters:api:Destinations:local:Address", Url.AbsoluteUri)];

    public static async Task<RecordingApi> StartAsync(RequestDelegate? answer = null, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols);
            kestrel.Limits.MinResponseDataRate = null;
            // A character is a byte in both directions, whatever the bytes mean.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        });
        var api = new RecordingApi(builder.Build());
        api.app.UseWebSockets();
        api.app.Run(async context =>
        {
            // What streams is the handler's to read.
            string? body = null;
            if (answer is null)
            {
                using var reader = new StreamReader(context.Request.Body);
                body = await reader.ReadToEndAsync(context.RequestAborted);
            }
            api.requests.Enqueue(new Request(
                context.Request.Method, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, context.Request.Host.Value!,
                new(context.Request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value)),
                    StringComparer.OrdinalIgnoreCase), body));
            if (answer is not null) await answer(context);
        });
        await api.app.StartAsync();
        return api;
    }

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(deadline.Token);
        await app.DisposeAsync();
    }
}
