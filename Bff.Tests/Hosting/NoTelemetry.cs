using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Bff.Tests.Hosting;

/// <summary>Metrics for parts that stand alone, that are not read.</summary>
internal static class NoTelemetry
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public static Bff.Operations.Telemetry New() => new(Services.GetRequiredService<IMeterFactory>());
}
