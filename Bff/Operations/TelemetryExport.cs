using System.Diagnostics;
using System.Reflection;
using Bff.Settings;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Bff.Operations;

/// <summary>
/// Where metrics and traces go: <c>GET /metrics</c> of the management port, and, with <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, an
/// OpenTelemetry collector.
/// </summary>
internal static class TelemetryExport
{
    /// <summary>Of one metric. Room for each is reserved at the start: the default of 2,000 takes 5 MB.</summary>
    private const int MaximumSeries = 400;

    /// <summary>They keep the default, because an operator may have many routes.</summary>
    private static readonly string[] ByRoute = ["http.server.request.duration", "bff.api.requests"];

    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT", ServiceName = "bff";

    /// <summary>Of a request's span: the client's text, which may be a secret. The route says which endpoint it was.</summary>
    private static readonly string[] ClientText =
        ["url.path", "url.query", "user_agent.original", "server.address", "http.request.method_original"];

    public static void AddTelemetry(this WebApplicationBuilder builder, BffOptions options)
    {
        builder.Services.AddSingleton<Telemetry>();
        var hasCollector = !string.IsNullOrEmpty(builder.Configuration[OtlpEndpoint]);
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource
            .AddService(ServiceName, serviceVersion: Version())
            // After it, so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES count.
            .AddEnvironmentVariableDetector());
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(Telemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
                .AddRuntimeInstrumentation()
                .AddView(instrument => ByRoute.Contains(instrument.Name) ? null
                    : new MetricStreamConfiguration { CardinalityLimit = MaximumSeries })
                .AddPrometheusExporter();
            if (hasCollector) metrics.AddOtlpExporter();
        });
        if (hasCollector) telemetry.WithTracing(tracing => AddSpans(tracing, options.ManagementPort).AddOtlpExporter());
    }

    public static void MapMetrics(this IEndpointRouteBuilder management) => management.MapPrometheusScrapingEndpoint("/metrics")
        .WithMetadata(new HttpMethodMetadata(["GET"]))
        .ExcludeFromDescription();

    private static TracerProviderBuilder AddSpans(TracerProviderBuilder tracing, int managementPort)
    {
        // Otherwise a variable of the environment could put queries into the spans of requests to the API.
        AppContext.SetSwitch("System.Net.Http.DisableUriRedaction", false);
        return tracing
            .AddSource(Telemetry.Name)
            .AddHttpClientInstrumentation()
            .AddAspNetCoreInstrumentation(requests =>
            {
                requests.Filter = context => context.Connection.LocalPort != managementPort;
                requests.EnrichWithHttpRequest = (span, _) => RemoveClientText(span);
            });
    }

    private static void RemoveClientText(Activity span)
    {
        foreach (var name in ClientText) span.SetTag(name, null);
    }

    private static string? Version() =>
        typeof(TelemetryExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}
